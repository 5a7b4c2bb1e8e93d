using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Snakepit.Silo.Commands;

/// <summary>Options that take a number.</summary>
internal static class NumberOptions
{
    /// <summary>Refuses numbers outside of the range.</summary>
    public static void Between<T>(this Option<T> option, T least, T most, string unit = "")
        where T : struct, INumber<T> => option.Validators.Add(result =>
        {
            // A validator that asks for the value of a word that is no number would throw.
            if (result.Tokens is [var token] && TryRead<T>(token, out var number) && !(number >= least && number <= most))
                result.AddError($"{option.Name} is {number}; expected {least} to {most}{unit}.");
        });

    /// <summary>Lets every option of a command and of those below it say what it expects. The library would name a type of .NET.</summary>
    public static void Read(Command command)
    {
        foreach (var option in command.Options)
        {
            if (option is Option<int> whole)
                whole.CustomParser = Read<int>;
            else if (option is Option<int?> perhaps)
                perhaps.CustomParser = result => Read<int>(result);
            else if (option is Option<double> real)
                real.CustomParser = Read<double>;
            else if (option is Option<double?> rate)
                rate.CustomParser = result => Read<double>(result);
        }

        foreach (var below in command.Subcommands)
            Read(below);
    }

    private static T Read<T>(ArgumentResult result)
        where T : struct, INumber<T>
    {
        if (result.Tokens is [var token] && TryRead<T>(token, out var number))
            return number;
        var word = result.Tokens[0].Value;
        var kind = typeof(T) != typeof(int) ? "a number"
            : word.All(char.IsAsciiDigit) ? $"a whole number up to {int.MaxValue}"
            : "a whole number";
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} is '{word}'; expected {kind}.");
        return default;
    }

    private static bool TryRead<T>(Token token, out T number)
        where T : struct, INumber<T> => T.TryParse(
            token.Value, typeof(T) == typeof(int) ? NumberStyles.Integer : NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
