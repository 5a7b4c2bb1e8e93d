// A client in a process of its own, for tests that kill one: reads a stream and prints its items.
// Arguments: gateway, tool, arguments as JSON.
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Snakepit.Client;

var builder = Host.CreateEmptyApplicationBuilder(null);
builder.Configuration.AddInMemoryCollection([new("Snakepit:Client:Gateways:0", args[0])]);
builder.AddSnakepitClient();
using var host = builder.Build();
await host.StartAsync();
await foreach (var item in host.Services.GetRequiredService<ISnakepitClient>().StreamJsonAsync(args[1], Encoding.UTF8.GetBytes(args[2])))
    Console.WriteLine(Encoding.UTF8.GetString(item.Json.Span));
