#!/usr/bin/env bash
# A token that Doorkeeper refreshes gets the lifetime of the token before it, and not the configured one. So a lifetime that
# an administrator lowers or raises holds for new sign-ins only: a session that goes on refreshing keeps its first one. Needs
# Debian 12 with the Ruby packages that ruby-doorkeeper depends on, with ruby-rails and ruby-sqlite3.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
apt-get download ruby-doorkeeper=5.5.0-2+deb12u1 2>&1
dpkg-deb --extract ruby-doorkeeper_*.deb .
cat > check.rb <<'RUBY'
require "active_record/railtie"
require "action_controller/railtie"
require "doorkeeper"
require "rack/mock"

ENV["DATABASE_URL"] = "sqlite3::memory:"
LIFETIME = { configured: 3600 }

class Shop < Rails::Application
  config.eager_load = false
  config.secret_key_base = "key"
  config.log_level = :fatal
  config.hosts.clear
end

Doorkeeper.configure do
  orm :active_record
  resource_owner_from_credentials { Struct.new(:id).new(1) }
  grant_flows %w[password]
  use_refresh_token
  custom_access_token_expires_in { LIFETIME[:configured] }
end
Shop.initialize!
Shop.routes.draw { use_doorkeeper }

ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table :oauth_applications do |t|
    t.string :name, :uid, :secret, :redirect_uri, :scopes
    t.boolean :confidential, default: true
    t.timestamps
  end
  create_table :oauth_access_tokens do |t|
    t.references :resource_owner, :application
    t.string :token, :refresh_token, :scopes
    t.integer :expires_in
    t.datetime :revoked_at, :created_at
  end
end
Doorkeeper::Application.create!(name: "Shop", uid: "shop", secret: "secret", redirect_uri: "https://shop.example/", scopes: "")

def post(parameters)
  client = { client_id: "shop", client_secret: "secret" }
  JSON.parse(Rack::MockRequest.new(Shop).post("/oauth/token", params: { **client, **parameters }).body)
end

def sign_in = post({ grant_type: "password", username: "ada", password: "sesame" })

def refresh(tokens) = post({ grant_type: "refresh_token", refresh_token: tokens["refresh_token"] })

first = sign_in
LIFETIME[:configured] = 60
refreshed = refresh(first)
later = refresh(refreshed)
puts "Doorkeeper #{Doorkeeper::VERSION::STRING}: a sign-in gets #{first['expires_in']} seconds; then 60 are configured"
puts "its refreshes get #{refreshed['expires_in']} and #{later['expires_in']}, and a new sign-in #{sign_in['expires_in']}"
found = [first, refreshed, later, sign_in].map { |tokens| tokens["expires_in"] }
abort "the behaviour has changed" unless found == [3600, 3600, 3600, 60]
RUBY
RAILS_ENV=production ruby -I usr/share/rubygems-integration/all/gems/doorkeeper-5.5.0/lib check.rb
