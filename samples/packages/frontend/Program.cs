using Snakepit.AspNetCore;
using Snakepit.Client;

var builder = WebApplication.CreateBuilder(args);
builder.AddSnakepitClient();                       // finds the silo at 127.0.0.1:30000; Snakepit:Client:Gateways says otherwise
builder.Services.AddSnakepitProblemDetails();      // a failed call is answered with its status and a problem document
var app = builder.Build();

app.UseExceptionHandler();
app.MapHealthChecks("/health");
app.MapPost("/check", (Draft draft, ISnakepitClient python, CancellationToken cancel) =>
    python.ExecuteAsync<string[]>("unknown_words", new { text = draft.Text }, cancellationToken: cancel));
app.Run();

record Draft(string Text);
