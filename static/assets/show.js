// A button beside each password that shows what was typed, and hides it again. Without scripts it stays away.
document.querySelectorAll('button.show').forEach(function (button) {
  var field = document.getElementById(button.getAttribute('aria-controls'));
  var words = [button.textContent, button.getAttribute('data-hide')];
  button.hidden = false;
  button.addEventListener('click', function () {
    var shown = field.type === 'text';
    field.type = shown ? 'password' : 'text';
    button.textContent = words[shown ? 0 : 1];
  });
});
