using System.Text.Json;
using Snakepit.Hosting.Failures;

namespace Snakepit.AspNetCore.Audit;

/// <summary>
/// Appends entries to a file that only this user can read. It is opened for each entry, so that it may be rotated. Thread-safe.
/// </summary>
internal sealed class AuditFile
{
    private readonly Lock _writing = new(); // requests come on many threads
    private readonly string _path;

    /// <exception cref="StartupException">It cannot be written to.</exception>
    public AuditFile(string path)
    {
        _path = path;
        try
        {
            Open().Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"Snakepit:Http:AuditFile: '{path}' cannot be written to: {error.Message}", error);
        }
    }

    /// <summary>What kept the entry from being written; null when it was.</summary>
    public string? TryWrite(AuditEntry entry)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, JsonSerializerOptions.Web), (byte)'\n'];
        try
        {
            lock (_writing)
            {
                using var file = Open();
                file.Write(line);
            }

            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    private FileStream Open()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0, // a line is one write
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(_path, options);
    }
}
