using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Orphans;

/// <summary>
/// Held by a run for its whole life, whatever its data folder: a name in the kernel's list of abstract sockets (unix(7)), made
/// of user, pid namespace, instance name and token. Nothing of it is on a disk, and the kernel knows whose it is. Linux only.
/// </summary>
internal sealed class HostLock : IDisposable
{
    /// <summary>A busy owner empties the list in time, one that is stopped does not.</summary>
    private const int AskingMilliseconds = 1000;

    private readonly Socket _held;

    private HostLock(Socket held)
    {
        _held = held;
        _ = HangUpAsync();
    }

    /// <summary>Null where there are no such names, or when another process of this user has it.</summary>
    /// <param name="run">The instance.</param>
    /// <param name="taken">Whether it is taken.</param>
    /// <param name="owner">The process that has it, when the kernel tells.</param>
    public static HostLock? TryTake(RunIdentity run, out bool taken, out int? owner)
    {
        (taken, owner) = (false, null);
        if (ProcFs.Host() is not { } host)
            return null;
        var name = new UnixDomainSocketEndPoint(Name(run, host.User, host.PidNamespace));
        var socket = New();
        try
        {
            socket.Bind(name);
            socket.Listen();
            return new HostLock(socket);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            (taken, owner) = Ask(name, host.User);
            return null;
        }
        catch (SocketException) // a sandbox without them; the data folder's lock has to do
        {
            socket.Dispose();
            return null;
        }
    }

    public void Dispose() => _held.Dispose();

    /// <summary>
    /// Closes every connection at once. A silo that connects to learn which process holds the name gets its answer from the kernel;
    /// without this the kernel's list of waiting connections would fill up.
    /// </summary>
    private async Task HangUpAsync()
    {
        try
        {
            while (true)
                (await _held.AcceptAsync().ConfigureAwait(false)).Dispose();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // the lock was disposed of, or there are no file descriptors left: the name stays held
        }
    }

    /// <summary>The name is short however long its parts are, and says nothing about them.</summary>
    private static string Name(RunIdentity run, uint user, string pidNamespace) =>
        $"\0snakepit-{Hash($"{user}/{pidNamespace}/{run.InstanceName}/{run.InstanceToken}")}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];

    /// <summary>
    /// Another user's process can occupy this name and stop this silo from holding it. It cannot read or change anything of this silo, so
    /// the name does not count as taken then.
    /// </summary>
    private static (bool Taken, int? Owner) Ask(UnixDomainSocketEndPoint name, uint user)
    {
        using var asking = New();
        try
        {
            asking.SendTimeout = AskingMilliseconds; // the kernel answers by itself, at once unless its list is full
            asking.Connect(name);
            var (pid, owner) = PeerCredentials.Of(asking);
            return owner == user ? (true, pid) : (false, null);
        }
        catch (SocketException) // it does not listen yet, or is stopped and its list is full
        {
            return (true, null);
        }
    }

    private static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
