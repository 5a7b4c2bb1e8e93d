using System.Net.Sockets;
using System.Runtime.InteropServices;
namespace Snakepit.Workers.Processes;

/// <summary>
/// Asks the kernel which process of which user listens at the other end of a unix socket. Every user who may write to the folder can
/// put a socket at a path; the kernel's answer cannot be forged.
/// </summary>
internal static class PeerCredentials
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>The process at the other end, and its user. Linux only.</summary>
    public static (int Pid, uint User) Of(Socket socket)
    {
        Span<Credentials> peer = stackalloc Credentials[1];
        socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(peer));
        return (peer[0].Pid, peer[0].UserId);
    }

    /// <summary><c>struct ucred</c> of unix(7).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Credentials
    {
        public readonly int Pid;
        public readonly uint UserId;
        public readonly uint GroupId;
    }
}
