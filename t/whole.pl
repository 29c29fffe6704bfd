#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# whole.pl: runs the tests named as prove does, in the order a whole run wants:
# those that mostly wait beside the others, and only then the checked builds:
# they take all a machine has, and others look at the clock.
use strict;
use warnings;
use TAP::Harness;

my $waiting = qr{^t/(captcha|devices|didit|documents|kyc|listen|push|ratelimit|register|totp)\.t$};
my @checked = (['tsan'], ['asan', 'fuzz'], ['valgrind'], ['coverage']);

# What was asked for of these, one after another.
sub row {
	my %asked = map { $_ => 1 } @ARGV;
	return { seq => [ grep { $asked{$_} } @_ ] };
}

my %checked = map { ("t/$_.t" => 1) } map { @$_ } @checked;
my @rest = grep { !$checked{$_} } @ARGV;
my @beside = grep { $_ =~ $waiting } @rest;
my $half = @beside / 2;

my $harness = TAP::Harness->new({
	failures => 1, comments => 1, timer => 1, jobs => scalar @checked,
	rules => {
		seq => [
			{ par => [
				row(grep { $_ !~ $waiting } @rest),
				row(@beside[0 .. $half - 1]),
				row(@beside[$half .. $#beside]),
			] },
			{ par => [ map { row(map { "t/$_.t" } @$_) } @checked ] },
		],
	},
});
exit($harness->runtests(@ARGV)->has_errors ? 1 : 0);
