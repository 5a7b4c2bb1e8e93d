using Snakepit.AspNetCore;
using Snakepit.Client;
using Snakepit.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddSnakepitSilo(silo => silo.AddPool("default", pool =>
{
    pool.PoolSize = 2;
    pool.AdapterModule = "myapp.adapter.MainAdapter";
    pool.PythonPath = [".."];                      // where the folder myapp is; relative to the content root
}));
builder.Services.AddSnakepitProblemDetails();
var app = builder.Build();

app.UseExceptionHandler();
app.MapSnakepitHealth();
app.MapSnakepit();                                 // the HTTP door and the status, if they are wanted here
app.MapPost("/check", (Draft draft, ISnakepitClient python, CancellationToken cancel) =>
    python.ExecuteAsync<string[]>("unknown_words", new { text = draft.Text }, cancellationToken: cancel));
app.Run();

record Draft(string Text);
