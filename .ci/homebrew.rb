# As much of Homebrew as the formula asks for, on Linux on this machine's architecture:
#
#   ruby .ci/homebrew.rb RELEASE FORMULA PREFIX ADDRESS

require "digest"
require "fileutils"
require "pathname"

RELEASE, FORMULA, PREFIX, ADDRESS = ARGV

# A folder of the prefix that files are installed into.
class Folder
  def initialize(name)
    @path = Pathname(PREFIX) / name
  end

  def install(*files)
    @path.mkpath
    files.flatten.each do |file|
      raise "#{file} is not in the archive" unless File.file?(file)

      FileUtils.cp(file, @path, preserve: true)
    end
  end
end

module OS
  def self.mac? = false
end

class Formula
  class << self
    attr_reader :archive, :sum

    %i[desc homepage version license].each do |name|
      define_method(name) do |*given|
        facts[name] = given.first unless given.empty?
        facts[name]
      end
    end

    def facts = (@facts ||= {})
    def on_linux = yield
    def on_macos; end
    def on_intel = (yield if RUBY_PLATFORM.start_with?("x86_64"))
    def on_arm = (yield if RUBY_PLATFORM.start_with?("aarch64"))
    def test; end

    def url(text)
      raise "#{text} is not below #{ADDRESS}" unless text.start_with?("#{ADDRESS}/")

      @archive = File.join(RELEASE, text.delete_prefix("#{ADDRESS}/"))
    end

    def sha256(text)
      @sum = text
    end
  end

  def bin = Folder.new("bin")
  def man1 = Folder.new("man1")
  def bash_completion = Folder.new("bash")
  def zsh_completion = Folder.new("zsh")
  def fish_completion = Folder.new("fish")
end

load File.join(RELEASE, "#{FORMULA}.rb")
formula = Object.const_get(FORMULA.capitalize)
%i[desc homepage version license].each { |fact| raise "no #{fact}" unless formula.facts[fact] }
raise "no archive for #{RUBY_PLATFORM}" unless formula.archive
raise "the sum does not hold" unless Digest::SHA256.file(formula.archive).hexdigest == formula.sum

unpacked = File.join(PREFIX, "unpacked")
FileUtils.mkdir_p(unpacked)
system("tar", "--extract", "--strip-components=1", "--directory", unpacked, "--file", formula.archive, exception: true)
Dir.chdir(unpacked) { formula.new.install }
FileUtils.rm_r(unpacked)
