using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Identity;

namespace Snakepit.Workers.Files;

/// <summary>The private folder of one run, with the workers' sockets in it. Gone when the run ends in peace.</summary>
public sealed class RuntimeDirectory : IDisposable
{
    /// <summary>Room that a unix socket address has for its path, less the closing zero (unix(7)).</summary>
    private const int LongestSocketPath = 107;

    private const string Prefix = "snakepit-";

    private readonly ILogger _logger;
    private readonly Lock _making = new();
    private FileStream _lock;
    private bool _disposed;

    private RuntimeDirectory(string path, ILogger logger)
    {
        Path = path;
        _logger = logger;
        _lock = LockedFolder.Lock(Path);
    }

    public string Path { get; }

    /// <exception cref="IOException">No private folder can be made, or its path is too long for sockets.</exception>
    public static RuntimeDirectory Create(string runId, ILogger logger)
    {
        var root = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } configured && Directory.Exists(configured)
            ? configured
            : System.IO.Path.GetTempPath();
        try
        {
            return CreateIn(root, runId, logger);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"No folder for the workers' sockets can be made in '{root}': {error.Message.TrimEnd('.')}. Or point XDG_RUNTIME_DIR (or "
                + "TMPDIR) to another folder.",
                error);
        }
    }

    internal static RuntimeDirectory CreateIn(string root, string runId, ILogger? logger = null)
    {
        PrivateFolder.CheckParent(root);
        LockedFolder.Sweep(root, Prefix + "????????????");
        var path = System.IO.Path.Combine(root, Prefix + runId);
        if (Encoding.UTF8.GetByteCount(path) > LongestSocketPath - "/w9999.99999999.sock.w".Length)
            throw new IOException($"The runtime folder '{path}' is too long: a socket path has room for {LongestSocketPath} bytes");
        PrivateFolder.MakeNew(path);
        return new RuntimeDirectory(path, logger ?? NullLogger.Instance);
    }

    /// <summary>A socket path that no other worker of this run has had. Makes the folder again when it is gone.</summary>
    /// <exception cref="IOException">Another user has changed the folder, or there is something at that path.</exception>
    public string SocketFor(WorkerId worker, int poolNumber)
    {
        Restore();
        PrivateFolder.Check(Path);
        var socket = System.IO.Path.Combine(Path, $"{poolNumber}.{worker.Slot.Slot}.{worker.Generation}.sock");
        if (!OperatingSystem.IsWindows() && FileLook.At(socket) is { } facts)
            throw new IOException(
                $"its socket path '{socket}' is taken: {facts} is there already, which this silo has not made. Remove it; if it comes "
                + "again, point XDG_RUNTIME_DIR to a folder that nobody else reaches");
        return socket;
    }

    /// <summary>
    /// Takes away a socket, and those that its worker has put beside it. One that cannot be taken away stays until the run ends.
    /// </summary>
    public void Forget(string socket)
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(Path, $"{System.IO.Path.GetFileName(socket)}*"))
                File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // No files left to open, or the folder is gone: no reason to lose a worker that serves.
            FileLog.SocketNotRemoved(_logger, socket, error.Message);
        }
    }

    public void Dispose()
    {
        lock (_making)
        {
            _disposed = true;
            LockedFolder.Remove(Path);
            _lock.Dispose();
        }
    }

    /// <summary>
    /// A run may last longer than what ages files in the temporary folder lets them live. What stands there instead is left, and refused by
    /// the check.
    /// </summary>
    private void Restore()
    {
        lock (_making)
        {
            if (_disposed || IsThere())
                return;
            PrivateFolder.CheckParent(System.IO.Path.GetDirectoryName(Path)!);
            PrivateFolder.MakeNew(Path);
            _lock.Dispose(); // of a file without a name
            _lock = LockedFolder.Lock(Path);
        }

        FileLog.RuntimeFolderRestored(_logger, Path);
    }

    private bool IsThere() => OperatingSystem.IsWindows() ? Directory.Exists(Path) : FileLook.At(Path) is not null;
}
