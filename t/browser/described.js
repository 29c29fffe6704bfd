/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* described.js: what share/openapi.json says, and whether an answer keeps to
 * it. */
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const Ajv = require("ajv/dist/2020").default;
const formats = require("ajv-formats").default;

const src = process.env.CLICKNET_SRC;
const file = path.join(src, "share/openapi.json");
const bytes = fs.readFileSync(file);
const doc = JSON.parse(bytes);
const methods = ["get", "put", "post", "delete"];

/* Every object below ${node}, with the way there. */
function* walk(node, way = []) {
	if (node === null || typeof node !== "object")
		return;
	yield [node, way];
	for (const [name, child] of Object.entries(node))
		yield* walk(child, [...way, name]);
}

const follow = (node) => node?.$ref === undefined ? node :
	follow(node.$ref.slice(2).split("/").reduce((at, name) => at[name], doc));

/* "POST /login" -> what is said of it. */
const operations = new Map(Object.entries(doc.paths).flatMap(([at, item]) =>
	methods.filter((method) => method in item).map((method) =>
		[`${method.toUpperCase()} ${at}`, {
			...item[method], at,
			way: ["paths", at, method],
			servers: item.servers,
			parameters: [...item.parameters ?? [],
				...item[method].parameters ?? []].map(follow),
		}])));

/* A reader must bear members it does not know; here each must be described. */
const closed = structuredClone(doc);
for (const [node] of walk(closed))
	if (node.type === "object" && node.properties !== undefined)
		node.additionalProperties ??= false;

const ajv = new Ajv({ strict: true, allErrors: true, validateFormats: true });
formats(ajv);
ajv.addVocabulary(Object.keys(doc));
ajv.addSchema(closed, "openapi.json");

/* What a value lacks of the schema at the end of ${way}. */
const lacks = (way, value) => {
	const pointer = way.map((name) => encodeURIComponent(name
		.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
	const check = ajv.getSchema(`openapi.json#/${pointer}`);

	return check(value) ? [] : check.errors.map((it) =>
		`${it.instancePath || "it"} ${it.message} ` +
		JSON.stringify(it.params));
};

/* The way to what a reference stands for. */
const wayTo = (node, way) => node.$ref === undefined ? way :
	node.$ref.slice(2).split("/");

/* Examples and the schemas they are of: [where, way of the schema, value]. */
const examples = () => [...walk(doc)].flatMap(([node, way]) => {
	const of = [...way, "schema"];
	const where = way.join(" ");

	if (node.schema === undefined)
		return Array.isArray(node.examples) && way.at(-1) !== "properties"
			? node.examples.map((value) => [where, way, value]) : [];
	return [
		..."example" in node ? [[where, of, node.example]] : [],
		...Object.values(node.examples ?? {}).map((it) =>
			[where, of, follow(it).value]),
	];
});

/* Where an answer {status, type, headers, text} is not as described. */
const strays = (name, answer) => {
	const operation = operations.get(name);
	if (operation === undefined)
		return [`${name} is not described`];
	const key = answer.status in operation.responses ? answer.status
		: "default";
	const way = wayTo(operation.responses[key],
		[...operation.way, "responses", String(key)]);
	const said = follow(operation.responses[key]);
	const wrong = Object.entries(said.headers ?? {})
		.filter(([header, it]) =>
			follow(it).required && !answer.headers.has(header))
		.map(([header]) => `no ${header}`);

	if (key === "default" && answer.status < 400)
		return [`${answer.status} is not described`];
	if (said.content === undefined)
		return answer.text === "" ? wrong : [...wrong, "a body"];
	if (!(answer.type in said.content))
		return [...wrong, `${answer.status} of type ${answer.type}`];
	return [...wrong, ...lacks([...way, "content", answer.type, "schema"],
		/json$/.test(answer.type) ? JSON.parse(answer.text) : answer.text)];
};

module.exports = { bytes, doc, examples, file, follow, lacks, operations,
	strays, walk };
