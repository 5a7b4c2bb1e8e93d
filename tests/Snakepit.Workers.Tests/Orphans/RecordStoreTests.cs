using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Orphans;
using Snakepit.Workers.Orphans;

namespace Snakepit.Workers.Tests.Orphans;

public sealed class RecordStoreTests : IDisposable, ILogger
{
    private static readonly WorkerRecord Record = new()
    {
        RunId = "run",
        Worker = "default@silo#0.1",
        Pid = 500,
        Started = 5_000,
        Group = 500,
        SiloPid = 400,
        SiloStarted = 4_000,
        BootId = "boot",
        PidNamespace = "pid:[1]",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-records-").FullName;
    private readonly ConcurrentQueue<string> _warnings = new();
    private readonly RecordStore _store;

    public RecordStoreTests() => _store = new RecordStore(_folder, this);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_record_comes_back_as_it_was_written()
    {
        _store.Write(Record);

        Assert.Equal(Record, Assert.Single(_store.ReadAll()));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_removed_record_leaves_no_file()
    {
        _store.Write(Record);

        _store.Remove(Record);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_folder_that_does_not_exist_holds_no_records() => Assert.Empty(new RecordStore("/nowhere/records", this).ReadAll());

    [Fact]
    public void A_record_whose_writing_was_cut_off_is_cleared_away()
    {
        File.WriteAllText(Path.Combine(_folder, "run-501.json.tmp"), "{");

        Assert.Empty(_store.ReadAll());
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public async Task A_pipe_among_the_records_is_skipped_and_not_waited_on()
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(_folder, "run-502.json")]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        _store.Write(Record);

        Assert.Equal(
            Record,
            Assert.Single(await Task.Run(_store.ReadAll).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)));
        Assert.Contains("it is no file", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    /// <summary>The second half of a record.</summary>
    private const string Rest = """ "SiloPid": 1, "SiloStarted": 1, "BootId": "b", "PidNamespace": "p" }""";

    [Theory]
    [InlineData("run-501.json", "")]
    [InlineData("run-501.json", "\0\0\0\0")]
    [InlineData("run-501.json", """{ "RunId": "run", "Pid": 50""")]
    [InlineData("run-501.json", "null")]
    [InlineData("run-501.json", "[1, 2]")]
    [InlineData("run-501.json", """{ "name": "somebody else's" }""")]
    [InlineData("notes.txt", "somebody else's")]
    [InlineData("run-501.json", """{ "RunId": "run", "Worker": "w", "Pid": -1, "Started": 1, "Group": -1, """ + Rest)]
    [InlineData("run-501.json", """{ "RunId": "run", "Worker": "w", "Pid": 99999999999, "Started": 1, "Group": 2, """ + Rest)]
    [InlineData("run-501.json", """{ "RunId": "run", "Worker": "w", "Pid": 502, "Started": 1, "Group": 502, """ + Rest)]
    [InlineData("run-501.json", """{ "RunId": null, "Worker": "w", "Pid": 501, "Started": 1, "Group": 501, """ + Rest)]
    public void What_is_no_record_is_skipped_with_a_warning_and_the_others_are_read(string name, string content)
    {
        _store.Write(Record);
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);

        Assert.Equal(Record, Assert.Single(_store.ReadAll()));
        Assert.Contains(path, Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_file_that_is_far_too_long_is_skipped_unread()
    {
        File.WriteAllText(Path.Combine(_folder, "run-501.json"), new string(' ', 100_000));

        Assert.Empty(_store.ReadAll());
        Assert.Contains("too long", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _warnings.Enqueue(formatter(state, exception));
}
