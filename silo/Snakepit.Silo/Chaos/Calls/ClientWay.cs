using System.Text;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Sessions;
using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Silo.Chaos.Calls;

/// <summary>Through an Orleans client outside of the cluster, which knows the gateways of all silos.</summary>
internal sealed class ClientWay : ICallWay, IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly IHost _host;
    private readonly ISnakepitClient _client;

    private ClientWay(IHost host) => (_host, _client) = (host, host.Services.GetRequiredService<ISnakepitClient>());

    /// <exception cref="TimeoutException">No silo let it in.</exception>
    public static async Task<ClientWay> ConnectAsync(string cluster, IEnumerable<int> gateways)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Snakepit:Client:ClusterId", cluster),
            new("Snakepit:Client:ServiceId", cluster),
            .. gateways.Select(
                (port, index) => KeyValuePair.Create<string, string?>($"Snakepit:Client:Gateways:{index}", $"127.0.0.1:{port}")),
        ]);
        builder.AddSnakepitClient();
        var host = builder.Build();
        await host.StartAsync().WaitAsync(Limit);
        return new ClientWay(host);
    }

    private const string Way = "client";

    public string Name => Way;

    public async Task<CallAnswer> CallAsync(ChaosCall call, Random random, CancellationToken cancellationToken)
    {
        var options = new ToolCallOptions { Timeout = call.Budget, SessionId = call.Session };
        try
        {
            var result = await _client.ExecuteJsonAsync(call.Tool, call.Arguments, options, cancellationToken).WaitAsync(cancellationToken);
            return new CallAnswer(CallEnd.Succeeded, "ok")
            {
                Way = Way,
                Result = Encoding.UTF8.GetString(result.Json.Span),
                Silo = CallAnswer.SiloOf(result.Worker),
                Moved = result.SessionMoved != SessionMove.None,
            };
        }
        catch (SnakepitException error)
        {
            return new CallAnswer(CallEnds.Of(error.Outcome), error.Code.ToWire()) { Way = Way, Detail = error.Message };
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // No other exception is promised. The tally does not accept this code.
            return new CallAnswer(CallEnd.MaybeRan, $"exception {error.GetType().Name}") { Way = Way, Detail = error.ToString() };
        }
    }

    /// <summary>What every shard says about itself now.</summary>
    public Task<PoolStatus> StatusAsync(CancellationToken cancellationToken) =>
        _client.GetPoolStatusAsync(cancellationToken: cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
