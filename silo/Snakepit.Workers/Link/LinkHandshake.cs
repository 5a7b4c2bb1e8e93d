using System.Security.Cryptography;
using System.Text;
using Snakepit.Identity;
using Snakepit.Protos.V1;
using Snakepit.Workers.Link.Carriers;

namespace Snakepit.Workers.Link;

/// <summary>Opens a stream: Hello with our token, and a look at whether the Welcome comes from the worker that was started.</summary>
internal static class LinkHandshake
{
    public const uint Protocol = 1;

    /// <exception cref="LinkException">The worker refused, or the other end is not the worker that was started.</exception>
    public static async Task<LinkStream> OpenAsync(
        ICarrier carrier,
        StreamKind kind,
        WorkerId worker,
        int pid,
        LinkTokens tokens,
        Action<FromWorkerItem, long> received,
        Action<ToWorkerItem> written,
        CancellationToken cancellationToken)
    {
        var hello = new Hello
        {
            Protocol = Protocol,
            Stream = kind,
            SiloToken = tokens.Silo,
            Generation = (uint)worker.Generation,
            HostVersion = typeof(LinkHandshake).Assembly.GetName().Version?.ToString() ?? "",
        };
        var stream = await LinkStream.OpenAsync(carrier, hello, received, written, cancellationToken).ConfigureAwait(false);
        var welcome = stream.Welcome;
        var problem =
            !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(welcome.WorkerToken), Encoding.ASCII.GetBytes(tokens.Worker))
                ? "it does not know the worker token"
            : welcome.Protocol != Protocol ? $"it speaks link protocol {welcome.Protocol}, this silo speaks {Protocol}"
            : welcome.Pid != pid ? $"it says it is process {welcome.Pid}"
            : null;
        if (problem is null)
            return stream;
        stream.Dispose();
        throw new LinkException($"the other end of the link is not the worker that was started (process {pid}): {problem}");
    }
}
