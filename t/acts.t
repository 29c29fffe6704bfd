#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# acts.t: every act that is put on record is said in words where people read
# it, and every act with words is one that is put on record.
use strict;
use warnings;
use File::Find;
use Test::More;

my $top = $ENV{CLICKNET_SRC} // '.';
my (%done, %said);
my $puts = qr/(?:audit_add|application_audit|application_wrote|confirm_signin)/;

sub slurp {
	my ($path) = @_;
	open my $f, '<', $path or die "$path: $!\n";
	local $/;
	return scalar <$f>;
}

# Words that look like an act within a call, or kept to be handed to one.
find({no_chdir => 1, wanted => sub {
	return unless -f && /\.c$/ && !m{/bank/audit\.c$};
	my $text = slurp($_);
	(my $name = $_) =~ s{^\Q$top\E/}{};
	return unless $text =~ /$puts\(/;
	my @parts = $text =~ /\bact(?:\[\])? = (.*?);/gs;
	push @parts, $1
		while $text =~ /$puts
			(\((?:[^()]|(?1))*\))/gx;
	for my $part (@parts) {
		$done{$1} //= $name
			while $part =~ /"([a-z]+(?:[._][a-z_]+)*)"/g;
		next unless $part =~ /"%s\.(\w+)"/; # what strangers do
		$done{"$_.$1"} //= $name for qw(register reset user_id);
	}
}}, map { "$top/$_" } qw(bank fcgi-apps tools daemons));
cmp_ok(scalar keys %done, '>', 15, 'acts are put on record');

my $table = slurp("$top/bank/activity.c");
$said{$1} = 1 while $table =~ /^\t\{"([a-z._]+)",\s*"/gm;
my @silent = grep { !$said{$_} } sort keys %done;
is("@silent", '', 'each has words in bank/activity.c')
	or diag(map { "$done{$_}: $_\n" } @silent);
my @never = grep { !$done{$_} } sort keys %said;
is("@never", '', 'and no words are for what never happens');
my @order = $table =~ /^\t\{"([a-z._]+)",/gm;
is("@order", join(' ', sort @order), 'they are in order');

done_testing;
