-- SPDX-License-Identifier: AGPL-3.0-or-later
-- 0004.sql: what products, accounts and holders are is sealed too, and when a
-- session's person last gave a code: the program seals what there is, and
-- finds tax ids again however they are written.

ALTER TABLE product ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE account ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE holder ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
