using System.Runtime.Versioning;
using Snakepit.Client.Security;

namespace Snakepit.Client.Tests.Security;

[UnsupportedOSPlatform("windows")]
public sealed class SecretFileTests : IDisposable
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-secret-").FullName;

    private string File => Path.Combine(_folder, "new", "cluster.secret");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_is_made_for_its_user_alone_and_then_stays()
    {
        SecretFile.MakeUnlessThere(File);
        var first = SecretFile.TryRead(File);
        SecretFile.MakeUnlessThere(File);

        Assert.Equal(64, first!.Length);
        Assert.Equal(first, SecretFile.TryRead(File));
        Assert.Equal(Mine, System.IO.File.GetUnixFileMode(File));
        Assert.Equal(Mine | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public async Task Silos_that_start_at_once_make_one_secret()
    {
        var read = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            SecretFile.MakeUnlessThere(File);
            return Convert.ToHexString(SecretFile.TryRead(File)!);
        })));

        Assert.Single(read.Distinct());
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(File)!));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead, "604")]
    [InlineData(UnixFileMode.OtherWrite, "602")]
    [InlineData(UnixFileMode.GroupWrite, "620")]
    public void One_that_others_can_read_or_change_is_refused(UnixFileMode others, string mode)
    {
        SecretFile.MakeUnlessThere(File);
        System.IO.File.SetUnixFileMode(File, Mine | others);

        var error = Assert.Throws<IOException>(() => SecretFile.TryRead(File));

        Assert.Contains($"'{File}': its mode is {mode}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_may_read_it()
    {
        SecretFile.MakeUnlessThere(File);
        System.IO.File.SetUnixFileMode(File, Mine | UnixFileMode.GroupRead);

        Assert.NotNull(SecretFile.TryRead(File));
    }

    [Fact]
    public void A_text_that_can_be_guessed_is_refused_and_a_missing_file_is_none()
    {
        Assert.Null(SecretFile.TryRead(File));
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, "hunter2\n");
        System.IO.File.SetUnixFileMode(File, Mine);

        Assert.Contains("has 7 characters", Assert.Throws<IOException>(() => SecretFile.TryRead(File)).Message, StringComparison.Ordinal);
    }
}
