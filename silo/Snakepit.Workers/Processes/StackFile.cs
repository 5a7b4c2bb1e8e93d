using System.Text;

namespace Snakepit.Workers.Processes;

/// <summary>
/// The file in memory to which a worker writes the stacks of its threads when it is asked (memfd_create(2)). It has no name in any folder:
/// the silo reaches it through the worker's open files.
/// </summary>
/// <param name="pid">The worker's process.</param>
/// <param name="descriptor">The file's, in that process.</param>
internal sealed class StackFile(int pid, int descriptor)
{
    /// <summary>
    /// Python writes up to 100 frames of each of up to 100 threads, which may be a megabyte. The silo sends the first 64 KiB on.
    /// </summary>
    private const int LongestBytes = 64 * 1024;

    /// <summary>The worker's name for it.</summary>
    private const string Target = "/memfd:snakepit-stacks";

    private readonly string _path = $"/proc/{pid}/fd/{descriptor}";

    /// <summary>
    /// False when it is not there. A tool that has closed the files of its process may have another one under the number, and the process
    /// may have ended: such a file is left alone.
    /// </summary>
    public bool TryEmpty()
    {
        try
        {
            if (new FileInfo(_path).LinkTarget?.StartsWith(Target, StringComparison.Ordinal) != true)
                return false;
            using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.SetLength(file, 0);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Size of what has been written; 0 when the process has ended.</summary>
    public long Length => Read(static file => RandomAccess.GetLength(file));

    /// <summary>What has been written; of more than 64 KiB the beginning. Null when the process has ended.</summary>
    public string? Text => Read(static file =>
    {
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), LongestBytes)];
        var count = RandomAccess.Read(file, bytes, 0);
        var text = Encoding.UTF8.GetString(bytes, 0, count).TrimEnd();
        return RandomAccess.GetLength(file) is var all && all > LongestBytes
            ? $"{text}\n… (cut: {all} bytes were written, {LongestBytes} are shown)"
            : text;
    });

    private T? Read<T>(Func<Microsoft.Win32.SafeHandles.SafeFileHandle, T> read)
    {
        try
        {
            using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return read(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
