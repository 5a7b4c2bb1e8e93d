using Snakepit.Workers.Python;
using Snakepit.Workers.Python.Setup;

namespace Snakepit.Workers.Tests.Python.Setup;

public sealed class NamedOriginTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-origin-").FullName;

    public NamedOriginTests()
    {
        foreach (var name in (string[])["usr", "other", "venv"])
            Directory.CreateDirectory(At(name));
        File.WriteAllText(At("usr/python3.11"), "");
        File.WriteAllText(At("other/python3.12"), "");
        File.CreateSymbolicLink(At("usr/python3"), "python3.11");
        Directory.CreateSymbolicLink(At("bin"), At("usr"));
        File.CreateSymbolicLink(At("venv/python"), At("usr/python3"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("usr/python3.11")]
    [InlineData("bin/python3")] // a link in a linked folder
    public void The_same_interpreter_by_another_path_is_no_difference(string named) => Assert.Null(Difference(named, "venv/python"));

    [Fact]
    public void Another_interpreter_is_told_with_both_paths() => Assert.Equal(
        $"The environment {At("venv")} is of the Python at {At("usr/python3.11")}, not of {At("other/python3.12")}, which --python names. "
        + "It stays as it is; remove the folder to have it made anew.",
        Difference("other/python3.12", "venv/python"));

    [Fact]
    public void An_environment_with_a_copy_does_not_say_whose_it_is() => Assert.Null(Difference("usr/python3", "other/python3.12"));

    private string At(string path) => Path.Combine(_folder, path);

    private string? Difference(string named, string inVenv) => NamedOrigin.Difference(
        new PythonInterpreter { Path = At(named), Executable = At(named), Version = new Version(3, 11) }, At("venv"), At(inVenv));
}
