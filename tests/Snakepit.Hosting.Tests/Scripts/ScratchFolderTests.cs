using Snakepit.Workers.Files;

namespace Snakepit.Hosting.Tests.Scripts;

public sealed class ScratchFolderTests : IDisposable
{
    private readonly string _name = $"test-{Environment.ProcessId}-{Guid.NewGuid():N}";

    private readonly List<string> _made = [];

    public void Dispose()
    {
        foreach (var path in _made.Where(Directory.Exists))
            Directory.Delete(path, recursive: true);
    }

    [Fact]
    public void What_a_killed_program_has_left_is_swept_with_its_lock_or_without()
    {
        var locked = Leave("locked", TimeSpan.FromMinutes(2), withLock: true);
        var halfDeleted = Leave("half", TimeSpan.FromMinutes(2), withLock: false);
        var justMade = Leave("new", TimeSpan.Zero, withLock: false);
        using var living = ScratchFolder.Create($"{_name}-living");
        Age(living.Path, TimeSpan.FromMinutes(2));

        using var next = ScratchFolder.Create($"{_name}-next");

        Assert.Equal([false, false, true, true], new[] { locked, halfDeleted, justMade, living.Path }.Select(Directory.Exists));
    }

    private string Leave(string name, TimeSpan age, bool withLock)
    {
        var path = Path.Combine(Path.GetTempPath(), $"snakepit-script-{_name}-{name}");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _made.Add(path);
        File.WriteAllText(Path.Combine(path, "left"), "");
        if (withLock)
            File.WriteAllText(Path.Combine(path, "lock"), "");
        Age(path, age);
        return path;
    }

    private static void Age(string path, TimeSpan age) =>
        Directory.SetLastWriteTimeUtc(path, (TimeProvider.System.GetUtcNow() - age).UtcDateTime);
}
