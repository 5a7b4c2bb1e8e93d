using Snakepit.AspNetCore;
using Snakepit.Client;

var builder = WebApplication.CreateBuilder(args);
builder.AddSnakepitClient();                       // finds the silo at 127.0.0.1:30000; Snakepit:Client:Gateways says otherwise
builder.Services.AddSnakepitProblemDetails();      // a failed call is answered with its status and a problem document
var app = builder.Build();

app.UseExceptionHandler();
app.MapHealthChecks("/health");
app.MapGet("/", () => Results.Content(
    "<form action='shout'><input name='text' value='hello'><button>Shout</button></form>", "text/html"));
app.MapGet("/shout", (string text, ISnakepitClient python, CancellationToken cancel) =>
    python.ExecuteAsync<string>("shout", new { text }, cancellationToken: cancel));
app.Run();
