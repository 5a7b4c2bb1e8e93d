using System.Collections.Concurrent;
using System.Text;
using Snakepit.Client;

namespace Snakepit.TestKit.Clusters;

/// <summary>Callers that call without a pause, each one call at a time, until they are stopped.</summary>
public sealed class SteadyLoad : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly List<Task> _callers = [];
    private volatile bool _stopped;
    private int _succeeded;

    /// <summary>Calls that have succeeded.</summary>
    public int Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>What failed calls said.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Adds callers of a tool that takes 50 ms, by a client.</summary>
    public void AddCallers(int count, ISnakepitClient client) =>
        Add(count, () => client.ExecuteAsync<string>("sleep", new { seconds = 0.05 }));

    /// <summary>Adds callers of the same tool over HTTP.</summary>
    public void AddCallers(int count, LoadBalancer balancer) => Add(count, async () =>
    {
        using var arguments = new StringContent("""{"seconds": 0.05}""", Encoding.UTF8, "application/json");
        using var response = await balancer.PostAsync("v1/pools/default/tools/sleep", arguments);
        return response.IsSuccessStatusCode
            ? ""
            : throw new HttpRequestException($"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    });

    /// <summary>The same, also when a test has failed: callers without a cluster would call for ever.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Waits until each caller has its last answer.</summary>
    public Task StopAsync()
    {
        _stopped = true;
        return Task.WhenAll(_callers);
    }

    private void Add(int count, Func<Task<string>> call) =>
        _callers.AddRange(Enumerable.Range(0, count).Select(_ => Task.Run(() => CallAsync(call))));

    private async Task CallAsync(Func<Task<string>> call)
    {
        while (!_stopped)
        {
            try
            {
                await call();
                Interlocked.Increment(ref _succeeded);
            }
            catch (Exception error)
            {
                _failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {error}");
            }
        }
    }
}
