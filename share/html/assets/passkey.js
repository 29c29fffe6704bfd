/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* passkey.js: asks the device for a passkey and puts its answer into the form,
 * which is then sent as any other. Where it cannot, there is no such form. */
(() => {
	"use strict";
	if (!window.PublicKeyCredential)
		return;

	const bytes = (text) => Uint8Array.from(
		atob(text.replace(/-/g, "+").replace(/_/g, "/")),
		(c) => c.charCodeAt(0));
	const text = (buffer) => btoa(String.fromCharCode(
		...new Uint8Array(buffer ?? [])))
		.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
	const known = (list) =>
		list.map((one) => ({ ...one, id: bytes(one.id) }));

	const ask = async (form) => {
		const answer = await fetch(form.action + "/options", {
			method: "POST", headers: { Accept: "application/json" },
			body: new URLSearchParams(new FormData(form)),
		});

		/* What must be confirmed first, the page itself says. */
		if (!answer.ok && form.dataset.passkey !== "create")
			throw new Error(answer.status);
		return answer.ok ? answer.json() : null;
	};
	const create = async (key) => {
		const { response } = await navigator.credentials.create({
			publicKey: {
				...key, challenge: bytes(key.challenge),
				user: { ...key.user, id: bytes(key.user.id) },
				excludeCredentials: known(key.excludeCredentials),
			},
		});

		return {
			client_data: text(response.clientDataJSON),
			authenticator_data: text(response.getAuthenticatorData()),
		};
	};
	const get = async (key) => {
		const { rawId, response } = await navigator.credentials.get({
			publicKey: {
				...key, challenge: bytes(key.challenge),
				allowCredentials: known(key.allowCredentials),
			},
		});

		return {
			credential_id: text(rawId),
			client_data: text(response.clientDataJSON),
			authenticator_data: text(response.authenticatorData),
			signature: text(response.signature),
			user_handle: text(response.userHandle),
		};
	};
	const put = (form, name, value) => {
		const field = document.createElement("input");

		field.type = "hidden";
		field.name = name;
		field.value = value;
		form.append(field);
	};

	document.querySelectorAll("[data-no-passkey]").forEach((words) => {
		words.hidden = true;
	});
	document.querySelectorAll("form[data-passkey]").forEach((form) => {
		const failed = form.querySelector("[data-failed]");
		let busy = false;

		form.hidden = false;
		form.addEventListener("submit", async (event) => {
			event.preventDefault();
			event.stopPropagation();
			if (busy)
				return;
			busy = true;
			failed.hidden = true;
			try {
				const asked = await ask(form);
				const said = asked && (await (
					form.dataset.passkey === "create"
						? create : get)(asked.publicKey));

				put(form, "ceremony_id", asked?.ceremony_id ?? "");
				for (const name in said)
					put(form, name, said[name]);
				form.submit();
			} catch {
				failed.hidden = false;
			}
			busy = false;
		});
	});
})();
