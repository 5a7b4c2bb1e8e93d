using Snakepit.Workers.Orphans;

namespace Snakepit.Workers.Tests.Orphans;

public sealed class InstanceLockTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("snakepit-data-");

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

    private static RunIdentity Run(string token) => new("test", token, "run");
}
