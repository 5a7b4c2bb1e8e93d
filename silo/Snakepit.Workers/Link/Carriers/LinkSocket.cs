using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Snakepit.Workers.Link.Carriers;

/// <summary>
/// A connected unix socket: waits for bytes on the calling thread, sends without waiting. Not by the framework's calls: a
/// socket that has once waited in those is watched by their event loop for good, and then every frame wakes two threads
/// instead of one (measured: 10 µs and half of the processor time of a call). Linux.
/// </summary>
internal sealed partial class LinkSocket(Socket socket) : IDisposable
{
    private const int DontWait = 0x40; // MSG_DONTWAIT
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const short PollOut = 4;
    private const int Interrupted = 4; // EINTR
    private const int TryAgain = 11; // EAGAIN

    private int _disposed;

    /// <summary>Waits for bytes. Zero at the end of the stream, also when this side ended it.</summary>
    /// <exception cref="LinkException">The connection broke.</exception>
    public unsafe int Receive(Span<byte> room)
    {
        while (true)
        {
            nint received;
            fixed (byte* bytes = room)
                received = Recv(socket.SafeHandle, bytes, room.Length, 0);
            if (received >= 0)
                return (int)received;
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                throw new LinkException($"the work stream broke: {new Win32Exception(error).Message}");
        }
    }

    /// <summary>Sends what fits now; how much that is, or -1 when the connection is gone.</summary>
    public unsafe int Send(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            nint sent;
            fixed (byte* first = bytes)
                sent = Send(socket.SafeHandle, first, bytes.Length, DontWait | NoSignal);
            if (sent >= 0)
                return (int)sent;
            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    continue;
                case TryAgain:
                    return 0;
                default:
                    return -1;
            }
        }
    }

    /// <summary>Waits until something fits, or for so long.</summary>
    public unsafe void WaitToSend(TimeSpan limit)
    {
        var added = false;
        try
        {
            socket.SafeHandle.DangerousAddRef(ref added);
            var poll = new PollFd { Fd = (int)socket.SafeHandle.DangerousGetHandle(), Events = PollOut };
            _ = Poll(&poll, 1, (int)limit.TotalMilliseconds);
        }
        finally
        {
            if (added)
                socket.SafeHandle.DangerousRelease();
        }
    }

    /// <summary>Nothing more goes either way; what has come already can still be received, and then the end.</summary>
    public void End()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both); // wakes the receiving thread
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other end has done it, or this one.
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        End();
        socket.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static unsafe partial nint Recv(SafeHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static unsafe partial nint Send(SafeHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static unsafe partial int Poll(PollFd* sockets, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }
}
