using System.Collections.Concurrent;
using System.Net;
using Snakepit.Launcher;

namespace Snakepit.Cluster.Tests.Telemetry;

/// <summary>A collector that keeps what it gets.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public OtlpReceiver()
    {
        var port = FreePorts.Take();
        Url = $"http://127.0.0.1:{port}";
        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    public ConcurrentQueue<OtlpPoint> Points { get; } = new();

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    /// <summary>Paths that are none of the protocol's.</summary>
    public ConcurrentQueue<string> Strange { get; } = new();

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                await TakeAsync(await _listener.GetContextAsync());
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // It was closed.
        }
    }

    private async Task TakeAsync(HttpListenerContext http)
    {
        using var body = new MemoryStream();
        await http.Request.InputStream.CopyToAsync(body);
        switch (http.Request.Url!.AbsolutePath)
        {
            case "/v1/metrics":
                foreach (var point in OtlpMessages.Points(body.ToArray()))
                    Points.Enqueue(point);
                break;
            case "/v1/traces":
                foreach (var span in OtlpMessages.Spans(body.ToArray()))
                    Spans.Enqueue(span);
                break;
            default:
                Strange.Enqueue(http.Request.Url.AbsolutePath);
                break;
        }

        http.Response.ContentType = "application/x-protobuf";
        http.Response.Close();
    }
}
