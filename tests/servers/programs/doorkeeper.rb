# frozen_string_literal: true

# Doorkeeper on Rails, with sqlite and puma. It listens, logs and takes commands as harness.py describes.

require "json"

SETTINGS = JSON.parse(ARGV.fetch(0))
ENV["RAILS_ENV"] = "production"
ENV["DATABASE_URL"] = "sqlite3:#{SETTINGS['folder']}/db.sqlite3?timeout=5000"
LIFETIMES = { access: 3600 }

require "active_record/railtie"
require "action_controller/railtie"
require "doorkeeper"
require "puma"
require "puma/server"

class Shop < Rails::Application
  config.root = SETTINGS["folder"]
  config.eager_load = false
  config.secret_key_base = "worthless outside this test"
  config.log_level = :error
  config.hosts.clear
end

class User < ActiveRecord::Base; end

Doorkeeper.configure do
  orm :active_record
  resource_owner_from_credentials do
    User.find_by(username: params[:username], password: params[:password])
  end
  grant_flows %w[password]
  use_refresh_token
  access_token_expires_in { LIFETIMES[:access] }
  custom_access_token_expires_in { |_context| LIFETIMES[:access] }
end

class MeController < ActionController::API
  before_action :doorkeeper_authorize!

  def show
    render json: { username: User.find(doorkeeper_token.resource_owner_id).username }
  end
end

Shop.initialize!
Shop.routes.draw do
  use_doorkeeper
  get "/api/me", to: "me#show"
end

# The columns of Doorkeeper's generator.
def create_tables
  ActiveRecord::Schema.verbose = false
  ActiveRecord::Schema.define do
    create_table(:users) { |t| t.string(:username); t.string(:password) }
    create_table :oauth_applications do |t|
      t.string :name, null: false
      t.string :uid, null: false, index: { unique: true }
      t.string :secret, null: false
      t.text :redirect_uri
      t.string :scopes, null: false, default: ""
      t.boolean :confidential, null: false, default: true
      t.timestamps null: false
    end
    create_table :oauth_access_tokens do |t|
      t.references :resource_owner, index: true
      t.references :application, null: false
      t.string :token, null: false, index: { unique: true }
      t.string :refresh_token, index: { unique: true }
      t.integer :expires_in
      t.datetime :revoked_at
      t.datetime :created_at, null: false
      t.string :scopes
      # With this column, a refresh token stays valid until the next access token is used.
      t.string :previous_refresh_token, null: false, default: "" if SETTINGS["previousRefreshToken"]
    end
  end
  User.create!(username: SETTINGS["username"], password: SETTINGS["password"])
  Doorkeeper::Application.create!(
    name: "Shop", uid: SETTINGS["clientId"], secret: SETTINGS["clientSecret"].to_s,
    confidential: SETTINGS.key?("clientSecret"), redirect_uri: "https://shop.example/"
  )
end
# Without it, a request that reads keeps another one from writing.
ActiveRecord::Base.connection.execute("PRAGMA journal_mode=WAL")
create_tables unless ActiveRecord::Base.connection.table_exists?(:users)

# The line is in the log before the client gets the response.
LOGGED = lambda do |env|
  response = Shop.call(env)
  File.write(SETTINGS["log"], "#{JSON.generate(method: env['REQUEST_METHOD'], path: env['PATH_INFO'], status: response[0])}\n", mode: "a")
  response
end

TOKENS = Doorkeeper::AccessToken

# A refreshed token gets the lifetime of the token before it. So the stored tokens get the new lifetime too, and a date of
# creation with which they end when they would have ended.
def change_lifetime(seconds)
  LIFETIMES[:access] = seconds
  TOKENS.find_each do |token|
    token.update_columns(created_at: token.created_at + token.expires_in - seconds, expires_in: seconds)
  end
end

COMMANDS = {
  "accessLifetime" => ->(seconds) { change_lifetime(seconds) },
  # Only the date of creation changes. A shorter `expires_in` would pass to the refreshed token, and a busy machine would
  # use that too late.
  "endAccessTokens" => ->(_) { TOKENS.update_all(created_at: 1.day.ago) },
  "revokeRefreshTokens" => ->(_) { TOKENS.update_all(revoked_at: Time.now.utc) },
  "deleteRefreshTokens" => ->(_) { TOKENS.delete_all }
}.freeze

def report(fact)
  $stdout.puts(JSON.generate(fact))
  $stdout.flush
end

# The server has one thread. With several, a thread that waits for SQLite's lock would hold Ruby's lock, and block the
# thread that holds SQLite's. After 5 s the response would be a 500.
server = Puma::Server.new(LOGGED, Puma::Events.null, min_threads: 1, max_threads: 1)
listener = server.add_tcp_listener("127.0.0.1", SETTINGS["port"])
server.run
report(port: listener.addr[1])
$stdin.each_line do |line|
  message = JSON.parse(line)
  COMMANDS.fetch(message["command"]).call(message["value"])
  report(done: message["command"])
end
exit!
