/** Starts the dashboard. Enters: the page's address. Leaves: the application, mounted once. */
import { mount } from "svelte";

import App from "./App.svelte";
import { startRouter } from "./lib/router.svelte";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";

startRouter();
const target = document.getElementById("app");
if (target) mount(App, { target });
