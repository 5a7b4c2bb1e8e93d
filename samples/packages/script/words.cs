#:package Snakepit.Hosting@0.1.0
#:property PublishAot=false
using Snakepit.Hosting.Scripts;

var adapter = Environment.GetEnvironmentVariable("ADAPTER") ?? "myapp.adapter.MainAdapter";
await SnakepitScript.RunAsync(async python =>
{
    var words = await python.ExecuteAsync<string[]>("unknown_words", new { text = "helo your wrld" });
    Console.WriteLine(string.Join(' ', words));
}, new ScriptOptions { AdapterModule = adapter, PythonPath = [".."] });
