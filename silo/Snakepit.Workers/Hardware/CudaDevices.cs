using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Hardware;

/// <summary>A CUDA device.</summary>
/// <param name="Index">Its number by place on the PCI bus: CUDA_VISIBLE_DEVICES counts so with CUDA_DEVICE_ORDER=PCI_BUS_ID.</param>
/// <param name="Name">What it is; null when that is not known.</param>
/// <param name="MemoryMb">Its memory; null when that is not known.</param>
/// <param name="FreeMb">What is free of it; null when that is not known.</param>
public sealed record CudaDevice(int Index, string? Name, long? MemoryMb, long? FreeMb);

/// <summary>The CUDA devices of this host, and what has shown them.</summary>
/// <param name="Source">The program or folder that was asked; null when nothing of a driver is here.</param>
/// <param name="Driver">Version of the driver; null when it is not known.</param>
/// <param name="Devices">By index.</param>
public sealed record CudaDevices(string? Source, string? Driver, IReadOnlyList<CudaDevice> Devices)
{
    private const string Query = "index,name,memory.total,memory.free,driver_version";

    /// <summary>A driver that hangs must not hang the command.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Asks nvidia-smi, else the driver's files, else the device files.</summary>
    /// <param name="root">Where the file system begins.</param>
    /// <param name="program">nvidia-smi.</param>
    /// <param name="most">How long it may take; null for 10 s.</param>
    public static async Task<CudaDevices> LookAsync(string root = "/", string program = "nvidia-smi", TimeSpan? most = null)
    {
        if (await AskAsync(program, most ?? Limit) is { } listing && FromListing(listing) is { Devices.Count: > 0 } found)
            return found;
        return FromDriver(root) ?? FromDeviceFiles(root) ?? new CudaDevices(null, null, []);
    }

    /// <summary>Reads lines of index, name, memory, free memory and driver. A value that is not known is <c>[N/A]</c>.</summary>
    public static CudaDevices FromListing(string listing)
    {
        var rows = listing.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(", ")).Where(row => row.Length == 5 && Number(row[0]) is not null).ToList();
        return new CudaDevices(
            "nvidia-smi",
            rows.Count > 0 ? rows[0][4] : null,
            [.. rows.Select(row => new CudaDevice((int)Number(row[0])!, row[1], Number(row[2]), Number(row[3])))]);
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task<string?> AskAsync(string program, TimeSpan most)
    {
        using var limit = new CancellationTokenSource(most);
        try
        {
            var start = new ProcessStartInfo(program, [$"--query-gpu={Query}", "--format=csv,noheader,nounits"]);
            var answer = await ProgramAnswer.AskAsync(start, limit.Token);
            return answer.ExitCode == 0 ? answer.Output : null;
        }
        catch (Exception error) when (error is Win32Exception or OperationCanceledException) // it is not here, or it hangs
        {
            return null;
        }
    }

    private static CudaDevices? FromDriver(string root)
    {
        var driver = Path.Combine(root, "proc/driver/nvidia");
        var folders = Folders(Path.Combine(driver, "gpus"));
        if (folders.Length == 0)
            return null;
        // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 ..."
        var version = Lines(Path.Combine(driver, "version")).FirstOrDefault()?.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(word => char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal));
        return new CudaDevices(
            "/proc/driver/nvidia",
            version,
            [
                .. folders.Order(StringComparer.Ordinal).Select((folder, index) => new CudaDevice(
                    index,
                    Lines(Path.Combine(folder, "information"))
                        .FirstOrDefault(line => line.StartsWith("Model:", StringComparison.Ordinal))?["Model:".Length..].Trim(),
                    null,
                    null)),
            ]);
    }

    /// <summary>As in a container, which may have the devices without the driver's files.</summary>
    private static CudaDevices? FromDeviceFiles(string root)
    {
        const string Prefix = "nvidia";
        var devices = Path.Combine(root, "dev");
        var numbers = Files(devices, $"{Prefix}*").Select(file => Number(Path.GetFileName(file)[Prefix.Length..])).OfType<long>().Order();
        CudaDevice[] found = [.. numbers.Select(number => new CudaDevice((int)number, null, null, null))];
        return found.Length == 0 ? null : new CudaDevices("/dev", null, found);
    }

    private static string[] Folders(string path) => Try(() => Directory.GetDirectories(path));

    private static string[] Files(string path, string pattern) => Try(() => Directory.GetFiles(path, pattern));

    private static string[] Lines(string path) => Try(() => File.ReadAllLines(path));

    private static string[] Try(Func<string[]> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
