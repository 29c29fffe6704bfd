#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# whole.pl: runs the tests named as prove does, in the order a whole run wants:
# those that mostly wait beside the others (of these what looks at the clock comes
# last, when no build is made beside it), and only then what takes all a machine has:
# the suite in the builds that check more, and beside it what gives way to it.
use strict;
use warnings;
use TAP::Harness;

my $waiting = qr{^t/(captcha|courier|curl|devices|didit|documents|journey|kyc|
	listen|openapi|passkeys|push|ratelimit|register|serve|servers|totp|
	twilio|web)\.t$}x;
my $last = qr{^t/(enumeration|gates)\.t$};
my $giving_way = qr{^t/(fuzz|valgrind)\.t$};
my $checked = qr{^t/(asan|tsan)\.t$};

my @waiting = grep { $_ =~ $waiting } @ARGV;
my @giving_way = grep { $_ =~ $giving_way } @ARGV;
my @checked = grep { $_ =~ $checked } @ARGV;
my @rest = grep { $_ !~ $waiting && $_ !~ $giving_way && $_ !~ $checked } @ARGV;
@rest = ((grep { $_ !~ $last } @rest), (grep { $_ =~ $last } @rest));
my @half = splice(@waiting, @waiting / 2);

my $harness = TAP::Harness->new({
	failures => 1, comments => 1, timer => 1, jobs => 3,
	rules => {
		seq => [
			{ par => [ map { { seq => $_ } }
				\@rest, \@waiting, \@half ] },
			{ par => [ map { { seq => $_ } }
				(map { [$_] } @checked), \@giving_way ] },
		],
	},
});
exit($harness->runtests(@ARGV)->has_errors ? 1 : 0);
