#!/usr/bin/env bash
# LemonLDAP::NG reads the credentials of the Basic scheme by word characters, so that it cuts base64 (RFC 4648 section 4) at
# its first + or /. It also ends the secret at its first colon, although RFC 7617 section 2 allows a colon there.
# Needs Debian 12 with the Perl modules that liblemonldap-ng-portal-perl depends on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for package in portal common; do
  apt-get download "liblemonldap-ng-$package-perl=2.16.1+ds-deb12u10" 2>&1
  dpkg-deb --extract "liblemonldap-ng-$package-perl_"*.deb .
done
perl -I usr/share/perl5 - <<'PERL'
use strict;
use warnings;
use Lemonldap::NG::Portal::Lib::OpenIDConnect;
use MIME::Base64;

# What the function uses of the portal and of the request.
package Portal { sub new { bless {} } sub logger { $_[0] } sub debug { } sub error { } }
package Request { sub new { bless { header => $_[1] } } sub authorization { $_[0]{header} } sub param { } }

sub secret_of {
    my $header = 'Basic ' . MIME::Base64::encode_base64("shop:$_[0]", '');
    my @read = Lemonldap::NG::Portal::Lib::OpenIDConnect::getEndPointAuthenticationCredentials( Portal->new, Request->new($header) );
    my $secret = $read[1] // '';
    print "$_[0] in \"$header\" is read as \"$secret\"\n";
    return $secret;
}

print "Lemonldap::NG::Portal $Lemonldap::NG::Portal::Lib::OpenIDConnect::VERSION\n";
my @found = map { secret_of($_) } 'open', '~~~???>>>', 'open:sesame';
die "the behaviour has changed\n" unless $found[0] eq 'open' && $found[1] ne '~~~???>>>' && $found[2] eq 'open';
PERL
