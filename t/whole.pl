#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# whole.pl: runs the tests named as prove does, in the order a whole run wants:
# those that mostly wait beside the others, and only then the checked builds:
# they take all a machine has, and others look at the clock.
use strict;
use warnings;
use TAP::Harness;

my $waiting = qr{^t/(captcha|devices|didit|documents|kyc|listen|push|ratelimit|register|totp)\.t$};
my @checked = (qr{^t/tsan\.t$}, qr{^t/(asan|fuzz)\.t$}, qr{^t/(coverage|valgrind)\.t$});

# What matches, one after another.
sub row {
	my ($of) = @_;
	return { seq => [ grep { $_ =~ $of } @ARGV ] };
}

my $checked = join '|', @checked;
my $harness = TAP::Harness->new({
	failures => 1, comments => 1, timer => 1, jobs => 3,
	rules => {
		seq => [
			{ par => [ # the longest row first; a lone name would go before it
				row(qr{^(?!$waiting|$checked)}),
				map { row(qr{^\Q$_\E$}) } grep { $_ =~ $waiting } @ARGV,
			] },
			{ par => [ map { row($_) } @checked ] },
		],
	},
});
exit($harness->runtests(@ARGV)->has_errors ? 1 : 0);
