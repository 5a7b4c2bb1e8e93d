using System.Net.Sockets;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Link.Carriers;

/// <summary>Makes sure that the process that was started, and no other, listens on a worker's socket.</summary>
internal static class PeerCheck
{
    /// <summary>Passes for the given process of the own user, and where the kernel does not tell.</summary>
    /// <exception cref="LinkException">Another process listens there.</exception>
    public static void Pass(Socket socket, int pid)
    {
        if (!OperatingSystem.IsLinux() || socket.AddressFamily != AddressFamily.Unix)
            return;
        var own = Posix.EffectiveUserId();
        var other = PeerCredentials.Of(socket);
        if (other != (pid, own))
            throw new LinkException(
                $"process {other.Pid} of user {other.User} listens on the worker's socket, expected was process {pid} of user {own}");
    }
}
