#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# verify.t: whatever is changed behind the bank's back is found and named.
use strict;
use warnings;
use lib ($ENV{CLICKNET_SRC} || '.') . '/t/lib';
use Book;
use Digest::SHA qw(sha256_hex);
use POSIX qw(strftime);
use Test::More;

plan(skip_all => 'sqlite3 is not installed')
	if system('sqlite3 -version >/dev/null 2>&1') != 0;

my $bank = Book->new;
my $good = "$bank->{dir}/good.db";

# The canonical form, with nothing of the bank's: netstrings and SHA-256.
sub canonical {
	return sha256_hex(join '', map { length($_) . ":$_," } @_);
}

# A hold on an account, as the bank would make it.
sub hold_sql {
	my ($number, $amount) = @_;
	my $account = $bank->sqlite_read(
		"SELECT id FROM account WHERE number = '$number'");
	my $id = '0190000000007000800000000000beef';
	my $hash = canonical('clicknet hold 1', pack('H*', $id), $account,
		$amount, 'payment', 1700000000000, 4100000000000);

	return "INSERT INTO hold (id, account, amount, reason, created_at, " .
		"expires_at, hash) VALUES (x'$id', $account, $amount, " .
		"'payment', 1700000000000, 4100000000000, x'$hash'); " .
		"UPDATE account SET held = $amount WHERE id = $account;";
}

sub start {
	my ($status, $out, $err) = $bank->run('import',
		"$Book::src/t/fixture/bank");
	is($status, 0, 'a bank is imported') or BAIL_OUT($err);
	$bank->sqlite(hold_sql('FX00000002', 12345));
	($status, $out, $err) = $bank->run('verify');
	is($status, 0, 'a hold made by its written rule is right') or diag $err;
	($status, $out, $err) = $bank->run('backup', $good);
	is($status, 0, 'the bank is copied') or BAIL_OUT($err);
	return;
}

# The same data with a trigger out of the way for as long as it takes.
sub behind {
	my $sql = shift;
	my (@drop, @make);

	for (split /\n;\n/, $bank->sqlite_read(
			"SELECT group_concat(sql, char(10) || ';' || char(10))"
			. " FROM sqlite_master WHERE type = 'trigger'")) {
		/^CREATE TRIGGER (\w+)/ or die "no trigger: $_";
		push @drop, "DROP TRIGGER $1;\n";
		push @make, "$_;\n";
	}
	die 'no triggers' if !@drop;
	$bank->sqlite(join '', "BEGIN;\n", @drop, "$sql;\n", @make,
		"COMMIT;\n");
	return;
}

my $a2 = "(SELECT id FROM account WHERE number = 'FX00000002')";
my $last = "(SELECT seq FROM account WHERE number = 'FX00000002')";
my $t5 = "(SELECT transfer FROM posting WHERE account = $a2 AND seq = 5)";
my $uuid = qr/[0-9a-f]{8}-[0-9a-f-]{27}/;

# name of the check, what is done, what is said, in words
my @cases = (
	['postings', "UPDATE posting SET amount = amount + 1 " .
		"WHERE account = $a2 AND seq = 5",
		qr/Account FX00000002, posting 5, transfer $uuid: /,
		'a posting of another amount'],
	['postings', "UPDATE posting SET amount = amount + 1, balance_after " .
		"= balance_after + 1 WHERE account = $a2 AND seq = 5",
		qr/FX00000002, posting 5, .*its amount is [-\d.]+ EUR, by the transfer it is [-\d.]+ EUR/,
		'even with its balance put right'],
	['postings', "UPDATE posting SET balance_after = balance_after + 1 " .
		"WHERE account = $a2 AND seq = 5",
		qr/FX00000002, posting 5, .*the balance after it is/,
		'a posting of another balance'],
	['postings', "UPDATE posting SET booked_at = booked_at + 1 " .
		"WHERE account = $a2 AND seq = 5",
		qr/FX00000002, posting 5, .*its time of booking/,
		'a posting of another time'],
	['postings', "UPDATE posting SET hash = x'" . 'ab' x 32 .
		"' WHERE account = $a2 AND seq = 5",
		qr/FX00000002, posting 5, .*its hash/,
		'a posting with another hash'],
	['postings', "UPDATE posting SET hash = x'00' " .
		"WHERE account = $a2 AND seq = 5",
		qr/FX00000002, posting 5, .*its hash/,
		'a posting with half a hash'],
	['postings', "DELETE FROM posting WHERE account = $a2 AND seq = 5",
		qr/Account FX00000002: posting 5 is missing; posting 6 \(transfer $uuid\) follows 4/,
		'a posting gone from the middle'],
	['transfers', "DELETE FROM posting WHERE account = $a2 AND seq = 5",
		qr/Transfer $uuid: its posting 5 on account FX00000002 is not there/,
		'and the transfer it is gone from'],
	['postings', "DELETE FROM posting WHERE account = $a2 AND seq = $last",
		qr/Account FX00000002: posting \d+ is missing; the account has \d+/,
		'the last posting gone'],
	['postings', "DELETE FROM posting WHERE account = $a2",
		qr/Account FX00000002: posting 1 is missing/,
		'all postings of an account gone'],
	['postings', "DELETE FROM transfer WHERE id = $t5",
		qr/, transfer $uuid: there is no such transfer/,
		'a transfer gone'],
	['transfers', "INSERT INTO transfer SELECT x'" . '01' x 16 .
		"', kind, from_account, to_account, from_seq, to_seq, " .
		"amount, currency, purpose, payee_name, counterparty_bank, " .
		"counterparty_account, reference, value_date, booked_at, " .
		"ordered_by, address FROM transfer WHERE id = $t5",
		qr/Transfer 01010101-0101-.*is not there/,
		'a transfer without postings'],
	['postings', "UPDATE posting SET id = id + 99994 WHERE account = $a2 " .
		"AND seq = 5; UPDATE posting SET id = id - 1 WHERE account = " .
		"$a2 AND seq = 6; UPDATE posting SET id = id - 99993 WHERE " .
		"account = $a2 AND seq = 99999",
		qr/FX00000002, posting 5, transfer $uuid: /,
		'two postings that changed places'],
	['postings', "UPDATE posting SET transfer = (SELECT transfer FROM " .
		"posting WHERE account = $a2 AND seq = 6) WHERE account = " .
		"$a2 AND seq = 5",
		qr/FX00000002, posting 5, .*the transfer's posting here is 6/,
		'a posting given to another transfer'],
	['postings', "UPDATE account SET balance = balance + 100 " .
		"WHERE id = $a2",
		qr/Account FX00000002: its balance is ([\d.]+) EUR, its postings add up to/,
		'an account of another balance'],
	['sums', "UPDATE account SET balance = balance + 100 WHERE id = $a2",
		qr/All balances in EUR add up to 1\.00 EUR instead of zero/,
		'and the sum it spoils'],
	['postings', "UPDATE account SET hash = x'" . '00' x 32 .
		"' WHERE id = $a2",
		qr/Account FX00000002: its hash is not that of its last posting/,
		'an account of another hash'],
	['postings', "UPDATE account SET number = 'FX99999999' " .
		"WHERE id = $a2",
		qr/Account FX99999999, posting 1, .*its hash/,
		'an account of another number'],
	['postings', "UPDATE posting SET purpose = 'something else' " .
		"WHERE account = $a2 AND seq = 5",
		qr/FX00000002, posting 5, .*what it shows of the transfer/,
		'a purpose that history alone shows'],
	['postings', "UPDATE transfer SET purpose = 'something else' " .
		"WHERE id = $t5", qr/, transfer $uuid: its hash/,
		'another purpose'],
	['postings', "UPDATE transfer SET value_date = value_date - 1 " .
		"WHERE id = $t5", qr/, transfer $uuid: its hash/,
		'another value date'],
	['postings', "UPDATE transfer SET amount = amount + 1 " .
		"WHERE id = $t5", qr/, transfer $uuid: its amount is/,
		'a transfer of another amount'],
	['postings', "UPDATE transfer SET currency = 'USD' WHERE id = $t5",
		qr/, transfer $uuid: the transfer is in USD, the account in EUR/,
		'another currency'],
	(map { ['postings', "UPDATE transfer SET $_ = 'x' WHERE id = $t5",
		qr/, transfer $uuid: its hash/, "another $_"] }
		qw(kind counterparty_bank counterparty_account reference
		address)),
	['transfers', "UPDATE transfer SET payee_name = x'" . '01' x 40 .
		"' WHERE id = $t5",
		qr/Transfer $uuid: the payee's name does not open/,
		'a name put where none was'],
	['holds', 'UPDATE hold SET amount = 1', qr/Account FX00000002, hold $uuid: the hash is not that of what stands there \(0\.01 EUR\)/,
		'a hold of another amount'],
	['holds', 'UPDATE hold SET expires_at = 0', qr/Account FX00000002, hold $uuid: the hash/,
		'a hold that ends at another time'],
	['holds', 'DELETE FROM hold', qr/Account FX00000002: held is 123\.45 EUR, its holds add up to 0\.00 EUR/,
		'a hold gone'],
	['holds', "UPDATE account SET held = 0 WHERE id = $a2",
		qr/Account FX00000002: held is 0\.00 EUR, its holds add up to 123\.45 EUR/,
		'a hold that is not counted'],
	['limits', "UPDATE account SET used_on = 20000, used_amount = 100, " .
		"used_count = 1 WHERE id = $a2",
		qr/Account FX00000002, 2024-10-04: counted are 1 payments of 1\.00 EUR, ordered were 0 of 0\.00 EUR/,
		'a payment counted that nobody ordered'],
	['audit', "UPDATE audit SET detail = 'nothing' " .
		"WHERE act = 'bank.import'",
		qr/Audit of subject 0, row 2 \(bank\.import\): its hash/,
		'an audit row of another text'],
	['audit', 'DELETE FROM audit WHERE subject = 0 AND seq = 1',
		qr/Audit of subject 0: row 1 is missing; row 2 follows 0/,
		'an audit row gone'],
	['audit', 'DELETE FROM audit WHERE subject = 0 AND seq = ' .
		'(SELECT seq FROM audit_head WHERE subject = 0)',
		qr/Audit of subject 0: it ends at row 1, its head says 2/,
		'the last audit row gone'],
	['audit', 'DELETE FROM audit',
		qr/Audit of subject 0: all of its rows are gone/,
		'all audit rows gone'],
	['audit', 'INSERT INTO audit SELECT 4711, 1, at, actor, actor_user, ' .
		'act, detail, address, device, hash FROM audit WHERE seq = 2',
		qr/Audit of subject 4711: there is no such customer/,
		'an audit row about nobody'],
	['people', "UPDATE customer SET name = (SELECT name FROM customer " .
		"WHERE code = 'P002') WHERE code = 'P001'",
		qr/Customer P001: the sealed data does not open/,
		'a name moved to another customer'],
	['people', "UPDATE customer SET mobile = zeroblob(length(mobile)) " .
		"WHERE code = 'P003'",
		qr/Customer P003: the sealed data does not open/,
		'a phone number overwritten'],
	['master', "UPDATE account SET overdraft_limit = 5000000 " .
		"WHERE id = $a2", qr/Account FX00000002 was changed by another/,
		'a larger overdraft'],
	['master', "UPDATE account SET status = 'frozen' WHERE id = $a2",
		qr/Account FX00000002 was changed by another/,
		'an account that was frozen'],
	['master', 'UPDATE product SET daily_amount = NULL',
		qr/Product \w+ was changed by another/,
		'a product without its limit'],
	['master', 'INSERT INTO holder (customer, account, role) SELECT ' .
		"(SELECT id FROM customer WHERE code = 'P003'), $a2, 'user'",
		qr/Account FX00000002, holder \d+ was changed by another/,
		'one more holder'],
	['engine', "INSERT INTO holder VALUES (4711, $a2, 'user', x'')",
		qr/A row of holder refers to a row of customer that does not/,
		'a holder who does not exist'],
);

sub changed {
	for my $case (@cases) {
		my ($check, $sql, $said, $name) = @$case;

		$bank->put($good);
		behind($sql);
		my ($status, $out, $err) = $bank->run('verify');
		is($status, 65, "$name does not verify");
		like($err, qr/^clicknet: verify: $check: .*$said/m,
			'and is named');
		unlike($err, qr/: guards: /, 'and nothing else of the sort')
			if $check ne 'guards';
	}
	return;
}

sub unguarded {
	for my $name (split /\n/, $bank->sqlite_read("SELECT name FROM " .
			"sqlite_master WHERE type = 'trigger' ORDER BY name")) {
		$bank->put($good);
		$bank->sqlite("DROP TRIGGER $name;");
		my ($status, $out, $err) = $bank->run('verify');
		like($err, qr/: guards: The trigger $name is missing\./,
			"$name does not go unnoticed");
	}
	$bank->put($good);
	$bank->sqlite("DROP TRIGGER posting_is_final_delete; " .
		"CREATE TRIGGER posting_is_final_delete BEFORE DELETE ON " .
		"posting BEGIN SELECT 1; END;");
	my ($status, $out, $err) = $bank->run('verify');
	like($err, qr/: guards: The trigger posting_is_final_delete was changed/,
		'nor does one that guards nothing');
	return;
}

sub guarded {
	my @final = ("UPDATE posting SET amount = 1", "DELETE FROM posting",
		"UPDATE transfer SET purpose = ''", "DELETE FROM transfer",
		"UPDATE audit SET detail = ''", "DELETE FROM audit");

	$bank->put($good);
	for my $sql (@final) {
		ok(!eval { $bank->sqlite("$sql;", '2>/dev/null'); 1 },
			"the database refuses $sql");
	}
	my ($status, $out, $err) = $bank->run('verify');
	is("$status$err", '0', 'and the book still verifies');
	return;
}

sub said {
	my $v;

	$bank->put($good);
	$v = $bank->json('verify');
	ok($v->{ok}, 'an untouched book holds, in JSON too');
	is($v->{accounts}, $bank->sqlite_read('SELECT count(*) FROM account'),
		'all accounts were looked at');
	is($v->{postings}, 404, 'and all postings');
	like($v->{seconds}, qr/^\d+\.\d+$/, 'and it says how long it took');
	is(join(' ', map { $_->{name} } @{$v->{checks}}),
		'postings transfers sums holds payments limits audit ' .
		'signatures people master users guards engine',
		'every check is named');
	behind("UPDATE posting SET amount = amount + 1 WHERE account = $a2 " .
		"AND seq = 5");
	$v = $bank->json('verify');
	ok(!$v->{ok}, 'a touched one does not');
	my ($first) = grep { !$_->{ok} } @{$v->{checks}};
	like("$first->{name}: $first->{detail}",
		qr/^postings: Account FX00000002, posting 5/,
		'and the first that does not is there');
	return;
}

sub copied {
	my $copy = "$bank->{dir}/copy.db";
	my ($status, $out, $err);

	$bank->put($good);
	($status, $out, $err) = $bank->run('restore', $good);
	is("$status$err", '0', 'a good copy is put in place');
	is($bank->sqlite_read("SELECT count(*) FROM audit " .
			"WHERE act = 'bank.restore'"), 1, 'on the record');
	is(scalar(() = glob $bank->db . '.before-*Z'), 1,
		'what was there is kept beside it');
	behind("UPDATE transfer SET purpose = 'x' WHERE id = $t5");
	($status, $out, $err) = $bank->run('backup', $copy);
	is($status, 65, 'a copy of a bad book is not kept as a backup');
	ok(!-e $copy, 'nor left behind');
	system 'cp', $bank->db, $copy;
	$bank->run('restore', $good);
	my $before = Book::slurp($bank->db);
	($status, $out, $err) = $bank->run('restore', $copy);
	is($status, 65, 'a bad copy is not put in place');
	is(Book::slurp($bank->db), $before, 'and what was there stays');
	my $pid = open my $shell, '|-', 'sqlite3', $bank->db or die $!;
	$shell->autoflush(1);
	print $shell "PRAGMA journal_mode=WAL; SELECT count(*) FROM meta;\n" .
		".shell touch $bank->{dir}/open\n";
	for (1 .. 100) {
		last if -e "$bank->{dir}/open";
		select undef, undef, undef, 0.05;
	}
	($status, $out, $err) = $bank->run('restore', $good);
	is($status, 75, 'nothing is put in place of a bank in use');
	like($err, qr/process $pid has the bank open/, 'and who uses it is said');
	close $shell;
	return;
}

# A user of the fixture's first customer.
sub user_add {
	my $password = "$bank->{dir}/password";

	open my $file, '>', $password or die "$password: $!";
	print $file "a horse of course, of course\n";
	close $file;
	return $bank->run_with($password, 'user', 'add', '--customer', 'P001',
		'--user-id', shift, '--password-stdin');
}

sub users {
	return $bank->sqlite_read("SELECT count(*) FROM bank_user " .
		"WHERE user_id = '$_[0]'");
}

# A restore that comes to an end half-way.
sub halves {
	my $copy = "$bank->{dir}/signed-in.db";
	my ($status, $out, $err, @blocks);

	$bank->put($good);
	($status, $out, $err) = user_add('half');
	is($status, 0, 'a user is added') or diag $err;
	ok(-s $bank->db . '-wal', 'which is in the log alone');
	for my $second (-1 .. 60) {
		my $at = strftime('%Y-%m-%dT%H.%M.%SZ', gmtime(time + $second));
		mkdir $bank->db . ".before-$at" and
			push @blocks, $bank->db . ".before-$at";
	}
	($status, $out, $err) = $bank->run('restore', $good);
	isnt($status, 0, 'the old bank cannot be moved away');
	rmdir for @blocks;
	is(users('half'), 1, 'and has lost nothing of its log');

	($status, $out, $err) = $bank->run('token', '--user-id', 'half');
	is($status, 0, 'the user is signed in') or diag $err;
	($status, $out, $err) = $bank->run('backup', $copy);
	is($status, 0, 'when a copy is made') or diag $err;
	unlink $bank->db . '.lock';
	mkdir $bank->db . '.lock';
	$bank->run('restore', $copy);
	rmdir $bank->db . '.lock';
	is(users('half'), 1, 'the copy is in place');
	is($bank->sqlite_read('SELECT count(*) FROM session'), 0,
		'and nobody was signed in before it was');
	my $kept = () = glob $bank->db . '.before-*Z';
	$bank->run('restore', $good) for 1 .. 3;
	is(scalar(() = glob $bank->db . '.before-*Z'), $kept + 3,
		'three in one second keep what each found');
	return;
}

# A copy made before the program was a newer one.
sub earlier {
	my $old = "$bank->{dir}/old.db";
	my ($status, $out, $err);

	system "sqlite3 '$old' < '$Book::src/t/fixture/schema-1.sql'";
	($status, $out, $err) = $bank->run('restore', $old);
	is("$status$err", '0', 'a copy of an earlier version is put in place');
	($status, $out, $err) = $bank->run('verify');
	is("$status$err", '0', 'moved on to this one');
	return;
}

start();
said();
guarded();
changed();
unguarded();
copied();
halves();
earlier();
done_testing();
