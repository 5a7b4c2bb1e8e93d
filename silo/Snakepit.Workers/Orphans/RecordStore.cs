using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Orphans;
using Snakepit.Core.Processes;
using Snakepit.Workers.Files;

namespace Snakepit.Workers.Orphans;

/// <summary>One small file per living worker, there in full or not at all.</summary>
internal sealed class RecordStore(string folder, ILogger logger)
{
    private const string Suffix = ".json";
    private const string Unfinished = ".tmp";

    /// <summary>A record has some 300 bytes; what is much longer is none.</summary>
    private const int LongestRecordBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, RespectNullableAnnotations = true };

    /// <exception cref="IOException">The disk is full, read-only or gone.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Write(WorkerRecord record)
    {
        var path = PathOf(record);
        var unfinished = path + Unfinished;
        PrivateFolder.MakePath(folder);
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(record, Json));
        File.Move(unfinished, path, overwrite: true);
    }

    public void Remove(WorkerRecord record)
    {
        try
        {
            File.Delete(PathOf(record));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            OrphanLog.NotRemoved(logger, PathOf(record), error.Message); // the next start finds its process gone
        }
    }

    /// <summary>A file that is not a record of this silo is skipped and named in the log.</summary>
    public IReadOnlyList<WorkerRecord> ReadAll()
    {
        if (!Directory.Exists(folder))
            return [];
        var records = new List<WorkerRecord>();
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            try
            {
                if (path.EndsWith(Suffix + Unfinished, StringComparison.Ordinal))
                    File.Delete(path);
                else if (Read(path) is { } record)
                    records.Add(record);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidDataException)
            {
                OrphanLog.Skipped(logger, path, error.Message);
            }
        }

        return records;
    }

    private WorkerRecord Read(string path)
    {
        if (!OperatingSystem.IsWindows() && FileLook.At(path)?.Kind != FileKind.File)
            throw new InvalidDataException("it is no file"); // a pipe would be waited on for ever
        if (new FileInfo(path).Length > LongestRecordBytes)
            throw new InvalidDataException("it is too long");
        var record = JsonSerializer.Deserialize<WorkerRecord>(File.ReadAllBytes(path), Json)
            ?? throw new InvalidDataException("it is empty");
        if ((record.Flaw() ?? (PathOf(record) == path ? null : "its name belongs to another record")) is { } flaw)
            throw new InvalidDataException(flaw);
        return record;
    }

    private string PathOf(WorkerRecord record) =>
        Path.Combine(folder, $"{record.RunId}-{record.Pid.ToString(CultureInfo.InvariantCulture)}{Suffix}");
}
