using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Snakepit.TestKit.Clusters;

/// <summary>
/// Sends requests to silos in turn, as load balancers do: only to those whose latest probe of /health/ready was answered with 200, over
/// connections that it keeps.
/// </summary>
public sealed class LoadBalancer : IAsyncDisposable
{
    private static readonly TimeSpan ProbePeriod = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly ConcurrentDictionary<Uri, bool> _ready = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _probing;
    private int _next;

    public LoadBalancer(IEnumerable<Uri> silos)
    {
        foreach (var silo in silos)
            _ready[silo] = true;
        _probing = Task.WhenAll(_ready.Keys.Select(ProbeAsync));
    }

    /// <summary>Posts to the next silo that is ready.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content)
    {
        var ready = _ready.Where(pair => pair.Value).Select(pair => pair.Key).ToArray();
        if (ready.Length == 0)
            throw new InvalidOperationException("No silo is ready.");
        var silo = ready[(uint)Interlocked.Increment(ref _next) % ready.Length];
        return await _http.PostAsync(new Uri(silo, path), content);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _probing;
        _http.Dispose();
        _end.Dispose();
    }

    private async Task ProbeAsync(Uri silo)
    {
        while (!_end.IsCancellationRequested)
        {
            _ready[silo] = await IsReadyAsync(silo);
            await Task.Delay(ProbePeriod, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsReadyAsync(Uri silo)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(silo, "health/ready"), _end.Token);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
