// A search that gets no answer as one types leaves nothing standing that answers other words.
for (const fault of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(fault, () => {
    document.getElementById("answers").replaceChildren();
    document.getElementById("found").textContent = "The service did not answer. Press Search to try again.";
  });
}
