using System.Text;
using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>A compiled template of a format stage. Immutable and thread-safe.</summary>
internal sealed class LineTemplate
{
    /// <summary>Most characters that one line's rendering may give.</summary>
    private const int MaxOutput = 256 * 1024;

    private readonly IReadOnlyList<TemplateNode> _nodes;

    private LineTemplate(IReadOnlyList<TemplateNode> nodes) => _nodes = nodes;

    public static LineTemplate Parse(string text, int position) => new(new TemplateParser(text, position).Parse());

    public bool TryRender(LineState line, out string text, out string problem)
    {
        var run = new Run(line);
        try
        {
            run.Render(_nodes, line);
            (text, problem) = (run.Output.ToString(), "");
            return true;
        }
        catch (TemplateException e)
        {
            (text, problem) = ("", e.Message);
            return false;
        }
    }

    /// <summary>One rendering: output so far and variables.</summary>
    private sealed class Run(LineState line)
    {
        private readonly Dictionary<string, object?> _variables = [];

        public StringBuilder Output { get; } = new();

        public void Render(IReadOnlyList<TemplateNode> nodes, object? dot)
        {
            foreach (var node in nodes)
            {
                switch (node)
                {
                    case TextNode literal: Write(literal.Text); break;
                    case PrintNode print: Print(print.Pipe, dot); break;
                    case BranchNode branch: Branch(branch, dot); break;
                    case RangeNode range: Range(range, dot); break;
                }
            }
        }

        private void Write(string text)
        {
            if (Output.Length + text.Length > MaxOutput)
                throw new TemplateException($"output of over {MaxOutput} characters");
            Output.Append(text);
        }

        private void Print(Pipe pipe, object? dot)
        {
            var value = Evaluate(pipe, dot);
            if (pipe.Variable is null)
                Write(TemplateValue.Text(value));
        }

        private void Branch(BranchNode branch, object? dot)
        {
            var value = Evaluate(branch.Condition, dot);
            if (TemplateValue.IsTrue(value))
                Render(branch.Then, branch.MovesDot ? value : dot);
            else
                Render(branch.Else, dot);
        }

        private void Range(RangeNode range, object? dot)
        {
            var items = TemplateValue.Items(Evaluate(range.Items, dot));
            if (items.Count == 0)
                Render(range.Else, dot);
            foreach (var (key, item) in items)
            {
                if (range.KeyVariable is not null)
                    _variables[range.KeyVariable] = key;
                if (range.ItemVariable is not null)
                    _variables[range.ItemVariable] = item;
                Render(range.Body, item);
            }
        }

        private object? Evaluate(Pipe pipe, object? dot)
        {
            object? value = null;
            for (var i = 0; i < pipe.Commands.Count; i++)
                value = Evaluate(pipe.Commands[i], dot, i > 0, value);
            if (pipe.Variable is not null)
                _variables[pipe.Variable] = value;
            return value;
        }

        private object? Evaluate(IReadOnlyList<Operand> command, object? dot, bool isPiped, object? piped)
        {
            if (command[0] is not FunctionOperand function)
                return isPiped ? throw new TemplateException("can't give argument to non-function") : Value(command[0], dot);
            var arguments = new List<object?>();
            for (var i = 1; i < command.Count; i++)
                arguments.Add(Value(command[i], dot));
            if (isPiped)
                arguments.Add(piped);
            return TemplateFunctions.Call(function.Name, arguments, line);
        }

        private object? Value(Operand operand, object? dot) => operand switch
        {
            LiteralOperand literal => literal.Value,
            FieldOperand field => Field(dot, field.Names),
            VariableOperand variable => Field(_variables.GetValueOrDefault(variable.Name, dot), variable.Names),
            FunctionOperand function => TemplateFunctions.Call(function.Name, [], line),
            PipeOperand pipe => Field(Evaluate(pipe.Pipe, dot), pipe.Names),
            _ => throw new InvalidOperationException("BUG: an operand that the template parser does not make."),
        };

        private static object? Field(object? value, IReadOnlyList<string> names)
        {
            foreach (var name in names)
            {
                value = value switch
                {
                    LineState state => state.Get(name),
                    IReadOnlyDictionary<string, object?> map => map.GetValueOrDefault(name),
                    _ => throw new TemplateException($"can't evaluate field {name}"),
                };
            }
            return value;
        }
    }
}

/// <summary>A template that cannot be rendered for one line; the line gets an error label.</summary>
internal sealed class TemplateException(string message) : Exception(message);
