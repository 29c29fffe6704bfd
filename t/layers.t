#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# layers.t: the house rules that grep can see; a breach is named by file and
# line.
use strict;
use warnings;
use File::Find;

my $src = $ENV{CLICKNET_SRC} // '.';
chdir $src or die "$src: $!";

my %text;
find({
	no_chdir => 1,
	wanted => sub {
		return unless -f && m{\.[ch]$};
		open my $f, '<', $_ or die "$_: $!";
		(my $name = $_) =~ s{^\./}{};
		$text{$name} = [<$f>];
	},
}, grep { -d } qw(lib bank fcgi-apps daemons tools bench));

my $n = 0;

# Comments and string literals do not count where only code is meant.
sub code {
	my ($line) = @_;
	$line =~ s{"(\\.|[^"\\])*"}{""}g;
	$line =~ s{/\*.*?\*/}{}g;
	$line =~ s{^\s*(/?\*).*}{};
	return $line;
}

sub rule {
	my ($name, $where, $what, $but, $raw) = @_;
	my @bad;

	for my $file (sort keys %text) {
		next unless $file =~ $where;
		next if defined $but && $file =~ $but;
		my $at = 0;
		for my $line (@{$text{$file}}) {
			$at++;
			push @bad, "$file:$at: $line"
				if ($raw ? $line : code($line)) =~ $what;
		}
	}
	$n++;
	print @bad ? "not ok" : "ok", " $n - $name\n";
	print "# $_" for @bad;
}

my $programs = qr{^(fcgi-apps|daemons|tools)/};
my $all = qr{.};

rule('lib knows no bank', qr{^lib/}, qr{#include "(bank|fcgi-apps|daemons|tools)/}, undef, 1);
rule('the bank knows no HTTP and no pages', qr{^bank/},
	qr{#include "(lib/(http|app|form|page)\.h|fcgi-apps|daemons|tools)}, undef, 1);
rule('programs do not include each other', qr{^fcgi-apps/auth/}, qr{#include "fcgi-apps/(banking|kyc)}, undef, 1);
rule('nor the other way round', qr{^fcgi-apps/banking/}, qr{#include "fcgi-apps/(auth|kyc)}, undef, 1);
rule('nor across', qr{^fcgi-apps/kyc/}, qr{#include "fcgi-apps/(auth|banking)}, undef, 1);
rule('programs hold no SQL', $programs, qr{\bdb_(sql|prepare|put_\w+|row|script)\s*\(});
rule('only the database driver includes SQLite', $all, qr{#include <sqlite3}, qr{^(lib/db_|bench/)}, 1);
rule('only secret*.c includes libgcrypt', $all, qr{#include <gcrypt}, qr{^lib/secret}, 1);
rule('only app_serve.c includes libfcgi', $all, qr{#include <fcgi}, qr{^(lib/app_serve\.c|bench/)}, 1);
rule('only the courier and reCAPTCHA include libcurl', $all, qr{#include <curl}, qr{^(daemons/courier/net\.h|fcgi-apps/auth/recaptcha\.c)}, 1);
rule('and of the courier only its ways out', $all, qr{#include "daemons/courier/net\.h}, qr{^daemons/courier/(net|mail|post|fetch)\.c}, 1);
rule('only wire.c includes libwebsockets', $all, qr{#include <libwebsockets}, qr{^daemons/push/wire\.c}, 1);
rule('push knows no courier', qr{^daemons/push/}, qr{#include "daemons/courier}, undef, 1);
rule('the courier knows no push', qr{^daemons/courier/}, qr{#include "daemons/push}, undef, 1);
rule('only qr.c includes libqrencode', $all, qr{#include <qrencode}, qr{^lib/qr\.c}, 1);
rule('only webauthn.c includes libfido2', $all, qr{#include <(fido|openssl)}, qr{^lib/webauthn\.c}, 1);
rule('only sniff.c includes libmagic', $all, qr{#include <magic}, qr{^lib/sniff\.c}, 1);
rule('only pdf.c includes libharu', $all, qr{#include <hpdf}, qr{^lib/pdf\.c}, 1);
rule('only picture_jpeg.c includes libjpeg', $all, qr{#include <j(peglib|error|morecfg)}, qr{^lib/picture_jpeg\.c}, 1);
rule('only picture_png.c includes libpng', $all, qr{#include <(lib)?png}, qr{^lib/picture_png\.c}, 1);
rule('only picture_webp.c includes libwebp', $all, qr{#include <webp}, qr{^lib/picture_webp\.c}, 1);
rule('only picture_jpeg.c and picture_png.c jump', $all, qr{\b(setjmp|longjmp|png_longjmp)\s*\(}, qr{^lib/picture_(jpeg|png)\.c});
rule('only money*.c looks inside an amount', $all, qr{(\.|->)minor\b}, qr{^(lib/money|bench/)});
rule('only clock.c asks the time', $all,
	qr{\b(time|clock_gettime|gettimeofday|localtime(_r)?|gmtime(_r)?|mktime|strftime)\s*\(},
	qr{^(lib/clock\.c|bench/)});
rule('no floating-point number anywhere', qr{^(lib|bank|fcgi-apps|daemons|tools)/}, qr{\b(float|double)\b});
rule('no unsafe or shell call', $all, qr{\b(strcpy|strcat|sprintf|gets|atoi|atol|strtok|system|popen)\s*\(});
rule('no row of a switch hides a new ending', $all, qr{^\s*default:}, qr{^(bench/|lib/page)});

# The head of a file: licence, then one sentence that begins with its name.
my @bad;
for my $file (sort keys %text) {
	my ($base) = $file =~ m{([^/]+)$};
	push @bad, "$file:1: no licence line\n"
		unless $text{$file}[0] =~ m{SPDX-License-Identifier: AGPL-3\.0-or-later};
	push @bad, "$file:2: the first sentence does not name the file\n"
		unless ($text{$file}[1] // '') =~ m{^/\* \Q$base\E: };
}
$n++;
print @bad ? "not ok" : "ok", " $n - every file says what only it does\n";
print "# $_" for @bad;

# Lines, a tab being eight columns.
@bad = ();
for my $file (sort keys %text) {
	my $at = 0;
	for my $line (@{$text{$file}}) {
		$at++;
		(my $wide = $line) =~ s/\s+$//;
		1 while $wide =~ s/\t/' ' x (8 - $-[0] % 8)/e;
		utf8::decode($wide);
		push @bad, "$file:$at: " . length($wide) . " columns\n"
			if length($wide) > 80 && $file !~ m{settings\.def$};
	}
}
$n++;
print @bad ? "not ok" : "ok", " $n - no line is wider than 80 columns\n";
print "# $_" for @bad;

print "1..$n\n";
