# needs: lwp-request
# version: perl -MLWP -e 'print "libwww-perl $LWP::VERSION\n"'
# names: no
# prints: 200
perl -MLWP::UserAgent -e '
print LWP::UserAgent->new->get("https://accounts.google.com/.well-known/openid-configuration")->code, "\n"'
