using System.Net.Sockets;

namespace Snakepit.Workers.Link.Carriers;

/// <summary>Where a worker serves and what it is expected to be.</summary>
/// <param name="Endpoint">Of its gRPC server.</param>
/// <param name="WorkEndpoint">Socket of a framed work stream; null when work travels by gRPC too.</param>
/// <param name="Pid">The process that was started.</param>
/// <param name="MaxMessageBytes">Largest payload either way.</param>
internal sealed record WorkerAddress(string Endpoint, string? WorkEndpoint, int Pid, long MaxMessageBytes)
{
    /// <summary>Room in a frame for what is not payload.</summary>
    private const int Overhead = 1024 * 1024;

    public int LargestFrame => (int)Math.Min(int.MaxValue, MaxMessageBytes + Overhead);

    /// <summary>Null when work travels by gRPC.</summary>
    /// <exception cref="FormatException">The endpoint is not a unix socket.</exception>
    public UnixDomainSocketEndPoint? WorkSocket => WorkEndpoint is null ? null
        : WorkerChannel.Parse(WorkEndpoint) as UnixDomainSocketEndPoint
            ?? throw new FormatException($"'{WorkEndpoint}' is no socket for frames; expected unix:/path.");
}
