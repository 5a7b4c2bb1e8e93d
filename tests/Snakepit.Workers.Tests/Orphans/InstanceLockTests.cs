using Snakepit.Workers.Orphans;

namespace Snakepit.Workers.Tests.Orphans;

public sealed class InstanceLockTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("snakepit-data-");
    private readonly string _name = $"test-{Guid.NewGuid():N}";

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public void A_taken_identity_is_refused_and_its_owner_is_named()
    {
        using var first = InstanceLock.Take(_data.FullName, Run("a"));

        var error = Assert.Throws<InstanceInUseException>(() => InstanceLock.Take(_data.FullName, Run("a")));

        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_token_is_another_identity()
    {
        using var first = InstanceLock.Take(_data.FullName, Run("a"));
        using var second = InstanceLock.Take(_data.FullName, Run("b"));

        Assert.NotEqual(first.Folder, second.Folder);
    }

    [Fact]
    public void A_released_identity_can_be_taken_again()
    {
        InstanceLock.Take(_data.FullName, Run("a")).Dispose();

        using var again = InstanceLock.Take(_data.FullName, Run("a"));

        Assert.True(Directory.Exists(again.Folder));
    }

    [Fact]
    public void An_identity_that_is_taken_with_another_data_folder_is_refused_too()
    {
        using var first = InstanceLock.Take(_data.FullName, Run("a"));

        var error = Assert.Throws<InstanceInUseException>(() => InstanceLock.Take(Path.Combine(_data.FullName, "other"), Run("a")));

        Assert.Equal(Environment.ProcessId, error.Owner);
        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_one_leaves_its_own_data_folder_free()
    {
        var other = Path.Combine(_data.FullName, "other");
        using (InstanceLock.Take(_data.FullName, Run("a")))
            Assert.Throws<InstanceInUseException>(() => InstanceLock.Take(other, Run("a")));

        InstanceLock.Take(other, Run("a")).Dispose();
    }

    [Fact]
    public void However_often_it_is_refused_the_owner_is_known()
    {
        using var first = HostLock.TryTake(Run("a"), out _, out _);

        // More than the kernel would keep waiting for an answer (somaxconn).
        for (var time = 0; time < 5000; time++)
        {
            Assert.Null(HostLock.TryTake(Run("a"), out var taken, out var owner));
            Assert.Equal((true, Environment.ProcessId), (taken, owner));
        }
    }

    private RunIdentity Run(string token) => new(_name, token, "run");
}
