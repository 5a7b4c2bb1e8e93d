using System.Net;
using System.Text;
using Snakepit.Launcher;

namespace Snakepit.EndToEnd.Tests.Hosting;

/// <summary>Somebody else's web page: an origin of its own, without a policy that would keep its scripts from anything.</summary>
internal sealed class ForeignPage : IAsyncDisposable
{
    private static readonly byte[] Html = Encoding.UTF8.GetBytes("<!doctype html><title>foreign</title><iframe name=hidden></iframe>");

    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public ForeignPage()
    {
        Address = $"http://localhost:{FreePorts.Take()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                context.Response.ContentType = "text/html";
                await context.Response.OutputStream.WriteAsync(Html);
                context.Response.Close();
            }
            catch (Exception) when (!_listener.IsListening)
            {
                return;
            }
        }
    }
}
