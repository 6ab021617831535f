#!/usr/bin/env bash
# The option `early_refresh_time` of LWP::Authen::OAuth2 for Perl does nothing: as installed, it should refresh 300 seconds
# before the end, and at most half a lifetime before it, but compares the time that is left with half of the time that is
# left. So it refreshes only after the end. A request of the last moment gets a 401, and is sent again only if its
# WWW-Authenticate header has `invalid_token`. Needs Debian 12 with libwww-perl and libjson-perl.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
apt-get download liblwp-authen-oauth2-perl=0.20-1 2>&1
dpkg-deb --extract liblwp-authen-oauth2-perl_*.deb .
cat > check.pl <<'PERL'
use strict;
use warnings;
use JSON;
use LWP::Authen::OAuth2;

my @found;
for my $left (301, 299, 60, 1, -2) {
    my %token = (access_token => "access", refresh_token => "refresh", token_type => "Bearer", expires_in => 3600);
    my %times = (create_time => time() - 3600 + $left, _class => "LWP::Authen::OAuth2::AccessToken::Bearer");
    my $client = LWP::Authen::OAuth2->new(
        client_id => "shop", client_secret => "secret", redirect_uri => "https://shop.test/",
        authorization_endpoint => "https://shop.test/authorize", token_endpoint => "https://shop.test/token",
        early_refresh_time => 300, token_string => encode_json({%token, %times}),
    );
    push @found, $client->should_refresh ? "refresh" : "none";
    print "LWP::Authen::OAuth2 $LWP::Authen::OAuth2::VERSION, a token of 3600 s with $left s left: $found[-1]\n";
}
exit("@found" eq "none none none none refresh" ? 0 : 1);
PERL
perl -I usr/share/perl5 check.pl
