using System.Globalization;
using System.Reflection;
using System.Text;

namespace Snakepit.Architecture.Tests;

/// <summary>
/// What travels between silos and clients, one text file for each contract under <c>grain-interfaces/contracts</c>: names and numbers
/// on the wire. A change is seen in review. Numbers and names of removed members are never used again.
/// </summary>
public sealed class ContractTests
{
    /// <summary>Set to 1 to write the files anew instead of comparing them.</summary>
    private const string Update = "SNAKEPIT_UPDATE_CONTRACTS";

    private static readonly string Folder = Path.Combine(House.Root, "grain-interfaces", "contracts");

    [Fact]
    public void Contracts_are_as_the_files_say()
    {
        var contracts = House.Words.GetTypes().Where(IsContract).ToDictionary(Name, Describe);
        if (Environment.GetEnvironmentVariable(Update) == "1")
            Write(contracts);
        var files = Directory.GetFiles(Folder, "*.txt").ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

        Assert.Equal(contracts.Keys.Order(StringComparer.Ordinal), files.Keys.Order(StringComparer.Ordinal));
        Assert.All(contracts, contract => Assert.Equal(files[contract.Key], contract.Value));
    }

    private static void Write(Dictionary<string, string> contracts)
    {
        Directory.CreateDirectory(Folder);
        foreach (var file in Directory.GetFiles(Folder, "*.txt"))
            File.Delete(file);
        foreach (var (name, text) in contracts)
            File.WriteAllText(Path.Combine(Folder, $"{name}.txt"), text);
    }

    /// <summary>Grain interfaces, serialized types and the enums in them.</summary>
    private static bool IsContract(Type type) =>
        type.IsPublic && (type.IsEnum || Attribute(type, "GenerateSerializerAttribute") is not null
            || (type.IsInterface && Attribute(type, "AliasAttribute") is not null));

    private static string Name(Type type) => type.Name;

    private static string Describe(Type type)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Kind(type)} {type.FullName}\n");
        if (Alias(type) is { } alias)
            text.Append(CultureInfo.InvariantCulture, $"alias {alias}\n");
        foreach (var line in Members(type))
            text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
        return text.ToString();
    }

    private static string Kind(Type type) => type.IsEnum ? "enum" : type.IsInterface ? "grain" : type.IsValueType ? "struct" : "class";

    private static IEnumerable<string> Members(Type contract)
    {
        if (contract.IsEnum)
        {
            return from name in Enum.GetNames(contract)
                   let number = Convert.ToInt64(Enum.Parse(contract, name), CultureInfo.InvariantCulture)
                   orderby number
                   select $"{number} {name}";
        }

        if (contract.IsInterface)
        {
            return contract.GetMethods().OrderBy(method => Alias(method), StringComparer.Ordinal).Select(method =>
                $"{Alias(method)}({Parameters(method)}): {Text(method.ReturnType)}");
        }

        const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return from member in contract.GetProperties(own).Cast<MemberInfo>().Concat(contract.GetFields(own))
               let id = Attribute(member, "IdAttribute")
               where id is not null
               let number = Convert.ToInt64(id.ConstructorArguments[0].Value, CultureInfo.InvariantCulture)
               orderby number
               let type = member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType
               select $"{number} {member.Name}: {Text(type)}";
    }

    private static string Parameters(MethodInfo method) =>
        string.Join(", ", method.GetParameters().Select(parameter => Text(parameter.ParameterType)));

    private static string Text(Type type) => type switch
    {
        { IsArray: true } => $"{Text(type.GetElementType()!)}[]",
        { IsGenericType: true } => $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<"
            + $"{string.Join(", ", type.GetGenericArguments().Select(Text))}>",
        _ => type.Name,
    };

    private static string? Alias(MemberInfo member) => (string?)Attribute(member, "AliasAttribute")?.ConstructorArguments[0].Value;

    private static CustomAttributeData? Attribute(MemberInfo member, string name) =>
        member.CustomAttributes.FirstOrDefault(attribute => attribute.AttributeType.Name == name);
}
