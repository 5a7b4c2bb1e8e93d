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
var client = host.Services.GetRequiredService<ISnakepitClient>();
await foreach (var item in client.StreamJsonAsync(args[1], Encoding.UTF8.GetBytes(args[2])))
{
    // There and back on the one connection: the question for the next item, which was sent before, has left by then. Who is killed
    // after this line is printed is killed as one that waits.
    await client.GetPoolStatusAsync();
    Console.WriteLine(Encoding.UTF8.GetString(item.Json.Span));
}
