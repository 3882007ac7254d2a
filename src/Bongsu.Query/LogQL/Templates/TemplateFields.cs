namespace Bongsu.Query.LogQL.Templates;

/// <summary>Finds the labels that a template reads. Pure.</summary>
internal static class TemplateFields
{
    /// <summary>The names, perhaps some too many; null when the labels as a whole are used.</summary>
    public static HashSet<string>? Of(IReadOnlyList<TemplateNode> nodes)
    {
        var found = new HashSet<string>();
        return Collect(nodes, found, isMoved: false) ? found : null;
    }

    private static bool Collect(IReadOnlyList<TemplateNode> nodes, HashSet<string> found, bool isMoved) => nodes.All(node => node switch
    {
        PrintNode print => Collect(print.Pipe, found, isMoved),
        BranchNode branch => Collect(branch.Condition, found, isMoved) && Collect(branch.Then, found, isMoved || branch.MovesDot) && Collect(branch.Else, found, isMoved),
        RangeNode range => Collect(range.Items, found, isMoved) && Collect(range.Body, found, isMoved: true) && Collect(range.Else, found, isMoved),
        _ => true,
    });

    private static bool Collect(Pipe pipe, HashSet<string> found, bool isMoved) => pipe.Commands.All(c => c.All(o => Collect(o, found, isMoved)));

    // Where the dot has moved it is no longer all labels, and a field of it may or may not be one.
    private static bool Collect(Operand operand, HashSet<string> found, bool isMoved)
    {
        switch (operand)
        {
            case FieldOperand { Names.Count: 0 }: return isMoved;
            case FieldOperand field: found.Add(field.Names[0]); return true;
            case VariableOperand { Name: "$", Names.Count: 0 }: return false;
            case VariableOperand { Name: "$" } variable: found.Add(variable.Names[0]); return true;
            case PipeOperand pipe: return Collect(pipe.Pipe, found, isMoved);
            default: return true;
        }
    }
}
