# SPDX-License-Identifier: AGPL-3.0-or-later
# Book.pm: a bank of one's own for a test, and the operator's command in it.
package Book;
use strict;
use warnings;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use JSON::PP;

our $src = $ENV{CLICKNET_SRC} || '.';
our $build = $ENV{CLICKNET_BUILD} || $src;
my $number = 0;

# An empty bank in a directory that goes with the test; settings as given.
sub new {
	my ($class, %settings) = @_;
	my $dir = tempdir('clicknet.XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $self = bless {dir => $dir}, $class;

	$settings{SHARE_DIR} ||= "$src/share";
	$settings{SHARE_DIR} = absolute($settings{SHARE_DIR});
	open my $conf, '>', "$dir/clicknet.conf" or die "$dir: $!";
	print $conf "$_ = $settings{$_}\n" for sort keys %settings;
	close $conf or die "$dir: $!";
	my ($status, $out, $err) = $self->run('init');
	die "clicknet init: $status $err" if $status != 0;
	return $self;
}

sub absolute {
	my $path = shift;
	return $path if $path =~ m{^/};
	chomp(my $here = `pwd`);
	return "$here/$path";
}

sub db { return $_[0]{dir} . '/bank.db' }

# (exit status, standard output, standard error) of a verb.
sub run {
	my ($self, @words) = @_;
	return $self->run_with('/dev/null', @words);
}

# The same, reading a file.
sub run_with {
	my ($self, $in, @words) = @_;
	my $base = $self->{dir} . '/said.' . ++$number;
	my $pid = fork // die "fork: $!";

	if ($pid == 0) {
		open STDOUT, '>', "$base.out" or die $!;
		open STDERR, '>', "$base.err" or die $!;
		open STDIN, '<', $in or die $!;
		exec "$build/clicknet", '--conf',
			"$self->{dir}/clicknet.conf", @words;
		die "$build/clicknet: $!";
	}
	waitpid $pid, 0;
	my @said = ($? >> 8 | ($? & 127) << 8, slurp("$base.out"),
		slurp("$base.err"));
	unlink "$base.out", "$base.err";
	return @said;
}

sub slurp {
	my $path = shift;
	open my $file, '<', $path or die "$path: $!";
	local $/ = undef;
	my $text = <$file>;
	return defined $text ? $text : '';
}

sub json {
	my ($self, @words) = @_;
	my ($status, $out, $err) = $self->run(@words, '--json');
	return decode_json($out);
}

# Behind the bank's back: the shell knows none of its rules.
sub sqlite {
	my ($self, $sql, $more) = @_;
	my $db = $self->db;
	open my $pipe, '|-', "exec sqlite3 -bail -batch '$db' " . ($more || '')
		or die "sqlite3: $!";
	print $pipe $sql;
	close $pipe or die "sqlite3 refused: $sql\n";
	return;
}

sub sqlite_read {
	my ($self, $sql) = @_;
	open my $pipe, '-|', 'sqlite3', '-batch', $self->db, $sql
		or die "sqlite3: $!";
	local $/ = undef;
	my $out = <$pipe>;
	close $pipe or die "sqlite3 refused: $sql\n";
	$out = '' if !defined $out;
	$out =~ s{\n\z}{};
	return $out;
}

# Puts a database file in the place of this bank's.
sub put {
	my ($self, $file) = @_;
	unlink map { $self->db . $_ } '-wal', '-shm';
	copy($file, $self->db) or die "$file: $!";
	return;
}

1;
