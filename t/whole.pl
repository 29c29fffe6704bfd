#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# whole.pl: runs the tests named as prove does, in the order a whole run wants:
# those that mostly wait beside the others, and only then the checked builds, two
# at a time: they take all a machine has, and others look at the clock.
use strict;
use warnings;
use TAP::Harness;

my $waiting = qr{^t/(captcha|devices|didit|documents|kyc|listen|push|ratelimit|register|totp)\.t$};
my $checked = qr{^t/(asan|coverage|fuzz|tsan|valgrind)\.t$};
my $harness = TAP::Harness->new({
	failures => 1, comments => 1, timer => 1, jobs => 3,
	rules => {
		seq => [
			{ par => [
				(grep { $_ =~ $waiting } @ARGV),
				{ seq => [ grep { $_ !~ $waiting && $_ !~ $checked } @ARGV ] },
			] },
			{ par => [
				{ seq => [ grep { $_ =~ m{^t/(asan|fuzz|valgrind)} } @ARGV ] },
				{ seq => [ grep { $_ =~ m{^t/(coverage|tsan)} } @ARGV ] },
			] },
		],
	},
});
exit($harness->runtests(@ARGV)->has_errors ? 1 : 0);
