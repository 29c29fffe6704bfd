#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# readme.t: what the README shows as an example compiles and fills a page, and
# the files of its tour are there.
use strict;
use warnings;
use File::Temp qw(tempdir);

my $src = $ENV{CLICKNET_SRC} // '.';
my $n = 0;

sub ok {
	my ($yes, $name, @why) = @_;
	$n++;
	print $yes ? "ok" : "not ok", " $n - $name\n";
	print map { "# $_\n" } map { split /\n/ } @why unless $yes;
}

open my $f, '<', "$src/README" or die "README: $!";
my $text = do { local $/; <$f> };

# The indented block that begins with the first include.
my ($code) = $text =~ /^(\t#include .*?)^\S/ms or die "no example";
$code =~ s/^\t//mg;
my $dir = tempdir(CLEANUP => 1);
open my $c, '>', "$dir/rates.c" or die $!;
print $c $code;
close $c;
my $said = `cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -I$src $dir/rates.c 2>&1`;
ok($? == 0, 'the page of the README compiles', $said);

my ($row) = $text =~ /^\t(\{GET, .*\},)$/m or die "no row";
open $c, '>', "$dir/row.c" or die $!;
print $c "#include \"lib/app.h\"\nextern handler rates_show;\n",
	"extern const struct route routes[];\n",
	"const struct route routes[] = {$row};\n";
close $c;
$said = `cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -I$src $dir/row.c 2>&1`;
ok($? == 0, 'so does its row of the table', $said);

my @partials = $text =~ /\{\{>(\w+)\}\}/g;
my @gone = grep { !-e "$src/share/html/$_.html" } @partials;
ok(@partials && !@gone, 'its template uses partials that are there', @gone);

my ($tour) = $text =~ /^The tour.*?\n-+\n(.*?)^Dependencies/ms;
my @files = $tour =~ m{\b((?:db|lib|bank|fcgi-apps|share|daemons|t)/[\w./-]+\w)}g;
@gone = grep { !-e "$src/$_" } @files;
ok(@files > 10 && !@gone, 'every file of the tour is there', @gone);

my @commands = $text =~ m{\b((?:bench|t|script)/[\w-]+(?:\.t)?)\b}g;
@gone = grep { !-e "$src/$_" && !-e "$src/$_.c" } @commands;
ok(!@gone, 'every command it names is there', @gone);

# Where make install puts what conf/ names.
my ($prefix, $etc) = $text =~ m{--prefix=(/\S+) --sysconfdir=(/\S+)};
my %place;
for my $conf (glob "$src/conf/*/*") {
	open my $c, '<', $conf or die "$conf: $!";
	$place{$1} = $conf while join('', <$c>) =~
		m{((?:/\w+)+/(?:libexec|share|etc)/clicknet|/etc/clicknet)\b}g;
}
@gone = grep { $_ ne ($etc // '') . '/clicknet' &&
	!m{^\Q@{[$prefix // '?']}\E/(libexec|share)/clicknet$} } sort keys %place;
ok(keys %place > 2 && !@gone, 'it is configured for the places of conf/',
	map { "$place{$_}: $_" } @gone);

print "1..$n\n";
